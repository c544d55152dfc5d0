import * as pulumi from "@pulumi/pulumi";

/** One resource as the engine would get it. */
export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/**
 * Runs a program against Pulumi's mocks and gives back what it registered, in order. A resource's outputs are its inputs,
 * an id, and what `outputs` adds by type; a look-up answers with its inputs and what `answers` has for its token.
 */
export async function registered(
  program: () => unknown,
  outputs: (resource: Registered) => Record<string, unknown> = () => ({}),
  answers: Readonly<Record<string, Record<string, unknown>>> = {},
): Promise<Registered[]> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const resource = { type, name, inputs };
        resources.push(resource);
        return { id: `${name}-id`, state: { ...inputs, ...outputs(resource) } };
      },
      call: ({ token, inputs }) => ({ ...inputs, ...answers[token] }),
    },
    "tunekit",
    "test",
    false,
  );
  await pulumi.runtime.runInPulumiStack(async () => {
    await program();
    return {};
  });
  await pulumi.runtime.disconnect();
  return resources;
}

/** The value of an output. */
export const settled = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve) => {
    output.apply(resolve);
  });
