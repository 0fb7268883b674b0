import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';

/** PKWARE APPNOTE: signatures of the end of the central directory (4.3.16) and of one of its entries (4.3.12). */
const END = 0x06054b50;
const ENTRY = 0x02014b50;

/** Compression methods (4.4.5). */
const STORED = 0;
const DEFLATED = 8;

/** The files in a zip archive by their names. Throws on an archive of a kind that packages are not. */
export const unzip = async (path: string): Promise<Map<string, Buffer>> => {
  const zip = await readFile(path);
  const end = zip.lastIndexOf(Uint8Array.of(0x50, 0x4b, 0x05, 0x06));
  if (end < 0 || zip.readUInt32LE(end) !== END) throw new Error(`${path} is no zip archive`);

  const files = new Map<string, Buffer>();
  let offset = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    if (zip.readUInt32LE(offset) !== ENTRY) throw new Error(`${path} has a broken directory`);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => zip.readUInt16LE(offset + field));
    const name = zip.toString('utf8', offset + 46, offset + 46 + Number(nameLength));
    files.set(name, content(zip, offset));
    offset += 46 + Number(nameLength) + Number(extraLength) + Number(commentLength);
  }
  return files;
};

const content = (zip: Buffer, entry: number): Buffer => {
  const method = zip.readUInt16LE(entry + 10);
  const size = zip.readUInt32LE(entry + 20);
  const header = zip.readUInt32LE(entry + 42);
  // Lengths of name and extra field stand in the local header again, and may differ from those in the directory.
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const data = zip.subarray(start, start + size);
  if (method === STORED) return data;
  if (method === DEFLATED) return inflateRawSync(data);
  throw new Error(`Compression method ${method} is not read here`);
};
