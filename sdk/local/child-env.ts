/** Variables that a Python child may inherit. Everything else, above all credentials, stays out of it. */
const INHERITED = [
  "PATH",
  "HOME",
  "LANG",
  "LC_ALL",
  "TMPDIR",
  "OMP_NUM_THREADS",
  "CUDA_VISIBLE_DEVICES",
];

export function childEnv(
  parent: Readonly<Record<string, string | undefined>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const inherited = INHERITED.flatMap((name) =>
    parent[name] === undefined ? [] : [[name, parent[name]] as const],
  );
  return { ...Object.fromEntries(inherited), HF_HUB_OFFLINE: "1", PYTHONUNBUFFERED: "1", ...own };
}
