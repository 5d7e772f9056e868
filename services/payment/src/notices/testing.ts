import { createDecipheriv, createHmac, type ECDH } from 'node:crypto'

/** Reads a message of one record of content coding aes128gcm, as RFC 8188 and RFC 8291 say. */
export function decrypt(body: Buffer, keys: ECDH, auth: Buffer): string {
  const salt = body.subarray(0, 16)
  const serverKey = body.subarray(21, 21 + (body[20] ?? 0))
  const hmac = (key: Buffer, ...parts: Buffer[]): Buffer =>
    createHmac('sha256', key).update(Buffer.concat(parts)).digest()
  const one = Buffer.of(1)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), serverKey])
  const secret = hmac(hmac(auth, keys.computeSecret(serverKey)), info, one)
  const base = hmac(salt, secret)
  const key = hmac(base, Buffer.from('Content-Encoding: aes128gcm\0'), one).subarray(0, 16)
  const nonce = hmac(base, Buffer.from('Content-Encoding: nonce\0'), one).subarray(0, 12)
  const sealed = body.subarray(21 + serverKey.length)
  const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(sealed.subarray(-16))
  const text = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString()
  return text.slice(0, text.lastIndexOf('\u0002'))
}
