import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 1

/**
 * Encrypts a secret with AES-256-GCM under the master key (32 bytes). `context` names the row it belongs to, so that a
 * ciphertext moved to another row does not open. Form: version, nonce, tag, ciphertext.
 */
export function seal(masterKey: Buffer, secret: string, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', masterKey, nonce).setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body])
}

/** Opens what `seal` made. Throws when the key, the context or a byte is another. */
export function unseal(masterKey: Buffer, sealed: Buffer, context: string): string {
  if (sealed[0] !== VERSION) throw new Error('a sealed secret has a version that this code does not know')
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
  const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES)
  const body = sealed.subarray(1 + NONCE_BYTES + TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', masterKey, nonce)
    .setAAD(Buffer.from(context))
    .setAuthTag(tag)
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
}
