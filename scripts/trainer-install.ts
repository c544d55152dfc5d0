/** `npm run trainer:install`: the Python packages that training and evaluation need, once per user. */
import { reportError } from "../cli/errors.ts";
import { processIo } from "../cli/io.ts";
import { installTrainer } from "../sdk/local/install-trainer.ts";

const io = processIo();
try {
  const { python } = await installTrainer({ onProgress: io.err, signal: io.signal });
  io.out(`The trainer is ready: ${python}`);
} catch (error) {
  process.exitCode = reportError(error, false, io);
}
