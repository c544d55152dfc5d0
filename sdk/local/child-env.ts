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

const FIXED = {
  HF_HUB_OFFLINE: "1",
  PYTHONUNBUFFERED: "1",
  // Threads that wait for each other sleep instead of spinning: as fast on a quiet machine, twice as fast on a busy one
  // (docs/trainer.md, "Measured").
  OMP_WAIT_POLICY: "PASSIVE",
};

export function childEnv(
  parent: Readonly<Record<string, string | undefined>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const inherited = INHERITED.flatMap((name) =>
    parent[name] === undefined ? [] : [[name, parent[name]] as const],
  );
  return { ...Object.fromEntries(inherited), ...FIXED, ...own };
}
