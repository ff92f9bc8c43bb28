/** A random name: 36 characters, which PeerJS accepts as an id, and 122 bits that nobody guesses. */
export function randomId(): string {
  // Only secure contexts have randomUUID.
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
