export interface TensorSource {
  name: string;
  dtype: "F32" | "F16" | "BF16";
  shape: number[];
  /** As many as the shape has; F16 and BF16 as bit patterns. */
  values: number[];
}

/** The file that safetensors writes: length of the header, header, data without a gap. */
export function safetensors(tensors: readonly TensorSource[], metadata?: object): Uint8Array {
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  const parts: Buffer[] = [];
  let end = 0;
  for (const { name, dtype, shape, values } of tensors) {
    const width = dtype === "F32" ? 4 : 2;
    const data = Buffer.alloc(values.length * width);
    for (const [index, value] of values.entries()) {
      if (width === 4) data.writeFloatLE(value, index * 4);
      else data.writeUInt16LE(value, index * 2);
    }
    header[name] = { dtype, shape, data_offsets: [end, end + data.length] };
    end += data.length;
    parts.push(data);
  }
  return withHeader(JSON.stringify(header), Buffer.concat(parts));
}

/** A file with any header at all. */
export function withHeader(header: string, data: Uint8Array = Buffer.alloc(0)): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), data]);
}
