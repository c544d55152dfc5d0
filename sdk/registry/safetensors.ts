import { RegistryError } from "../../core/errors.ts";

/**
 * The safetensors format (github.com/huggingface/safetensors, "Format"): 8 bytes little-endian length of the header, the
 * header as JSON, then the tensors' bytes without a gap. Data only, so that reading an adapter can't run code.
 */
export interface Tensor {
  name: string;
  dtype: string;
  shape: number[];
  /** Position in the file, first byte and one past the last. */
  start: number;
  end: number;
}

/** Upstream refuses a longer header too. */
const LONGEST_HEADER = 100_000_000;
const LENGTH_BYTES = 8;

const BYTES_OF: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
};

/**
 * Reads the header and proves that it describes the whole file: each tensor inside it, of the size that its shape and type
 * give, no two sharing a byte, no byte left over. Tensors come in the order of their bytes.
 * @throws RegistryError `SafetensorsTruncated`, `SafetensorsHeader`, `SafetensorsTensor`, `SafetensorsBounds`,
 * `SafetensorsSize`, `SafetensorsOverlap`, `SafetensorsGap`
 */
export function readTensors(bytes: Uint8Array): Tensor[] {
  if (bytes.length < LENGTH_BYTES) {
    throw fault("SafetensorsTruncated", `it has ${bytes.length} bytes, fewer than its first field`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > LONGEST_HEADER) {
    throw fault("SafetensorsHeader", `its header would have ${length} bytes, more than 100 MB`);
  }
  const dataStart = LENGTH_BYTES + Number(length);
  if (dataStart > bytes.length) {
    throw fault("SafetensorsTruncated", `its header ends at byte ${dataStart} of ${bytes.length}`);
  }
  const tensors = Object.entries(readHeader(bytes.subarray(LENGTH_BYTES, dataStart)))
    .filter(([name]) => name !== "__metadata__")
    .map(([name, entry]) => readTensor(name, entry, dataStart, bytes.length))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  checkContiguous(tensors, dataStart, bytes.length);
  return tensors;
}

/** Number of values. */
export const valuesOf = (tensor: Tensor): number => tensor.shape.reduce((a, b) => a * b, 1);

/** The exponent bits of a little-endian float: all set means NaN or infinity. */
const EXPONENT: Readonly<Record<string, number>> = { F32: 0x7f800000, F16: 0x7c00, BF16: 0x7f80 };

/** Types whose values `firstNonFinite` can read. */
export const FLOAT_TYPES: readonly string[] = Object.keys(EXPONENT);

/** Index of the first NaN or infinity of an F32, F16 or BF16 tensor; undefined when there is none. */
export function firstNonFinite(bytes: Uint8Array, tensor: Tensor): number | undefined {
  const mask = EXPONENT[tensor.dtype];
  const width = BYTES_OF[tensor.dtype];
  if (mask === undefined || width === undefined) throw new TypeError(`no float: ${tensor.dtype}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = tensor.start; at < tensor.end; at += width) {
    const bits = width === 4 ? view.getUint32(at, true) : view.getUint16(at, true);
    if ((bits & mask) === mask) return (at - tensor.start) / width;
  }
  return undefined;
}

function readHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw fault("SafetensorsHeader", "its header is no JSON", cause);
  }
  if (!isRecord(header)) throw fault("SafetensorsHeader", "its header is no JSON object");
  return header;
}

function readTensor(name: string, entry: unknown, dataStart: number, fileEnd: number): Tensor {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  const width = typeof dtype === "string" ? BYTES_OF[dtype] : undefined;
  if (typeof dtype !== "string" || width === undefined || !isCounts(shape) || !isCounts(offsets)) {
    throw fault("SafetensorsTensor", `tensor "${name}" has no known dtype, shape and data_offsets`);
  }
  const [from, to] = offsets;
  const tensor = { name, dtype, shape, start: dataStart + (from ?? 0), end: dataStart + (to ?? 0) };
  if (offsets.length !== 2 || tensor.end < tensor.start || tensor.end > fileEnd) {
    throw fault(
      "SafetensorsBounds",
      `tensor "${name}" has its bytes at [${offsets}], outside the data`,
    );
  }
  const size = valuesOf(tensor) * width;
  if (size !== tensor.end - tensor.start) {
    throw fault(
      "SafetensorsSize",
      `tensor "${name}" has ${tensor.end - tensor.start} bytes; its shape [${shape}] of ${dtype} needs ${size}`,
    );
  }
  return tensor;
}

function checkContiguous(tensors: readonly Tensor[], dataStart: number, fileEnd: number): void {
  let end = dataStart;
  for (const tensor of tensors) {
    if (tensor.start < end) {
      throw fault(
        "SafetensorsOverlap",
        `tensor "${tensor.name}" shares bytes with the one before it`,
      );
    }
    if (tensor.start > end) {
      throw fault(
        "SafetensorsGap",
        `${tensor.start - end} bytes before "${tensor.name}" are no tensor's`,
      );
    }
    end = tensor.end;
  }
  if (end < fileEnd) {
    throw fault("SafetensorsGap", `${fileEnd - end} bytes at the end are no tensor's`);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);

const fault = (code: string, what: string, cause?: unknown): RegistryError =>
  new RegistryError(code, `this is not a safetensors file: ${what}`, {
    fix: "write the file again with safetensors; a broken or cut copy can't be mended",
    ...(cause === undefined ? {} : { cause }),
  });
