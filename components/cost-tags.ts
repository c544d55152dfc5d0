/**
 * Tags of every cloud resource, with the keys that the Kubernetes objects have as labels: one key joins bill, node and run.
 * A caller's own tags come last, and win.
 */
export const costTags = (
  name: string,
  tags: Readonly<Record<string, string>>,
): Record<string, string> => ({
  Name: name,
  "app.kubernetes.io/part-of": "tunekit",
  "app.kubernetes.io/managed-by": "pulumi",
  ...tags,
});
