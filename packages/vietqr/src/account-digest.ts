/**
 * Names an account so that a phone can tell whether a code pays it without having its number, salted by whose it is: 64 hex
 * digits. It hides nothing from whoever tries all numbers, and need not: the code with the number hangs at the stall.
 */
export async function accountDigest(
  { bin, account }: { bin: string; account: string },
  salt: string,
): Promise<string> {
  const bytes = new TextEncoder().encode(`${salt}\n${bin}\n${account}`)
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
