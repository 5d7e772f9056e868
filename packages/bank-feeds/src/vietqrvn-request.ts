/** A movement of money as VietQR.vn tells it, or MB itself with the four fields at the end. */
export interface VietqrvnTransaction {
  readonly transactionId: string
  readonly transactionAt: Date
  readonly referenceNumber: string
  readonly bankAccount: string
  /** C is money in, D money out. */
  readonly transType: 'C' | 'D'
  /** Positive both ways. */
  readonly amount: bigint
  readonly content: string
  readonly orderId?: string
  readonly terminalCode?: string
  readonly va?: string
  readonly reciprocalAccount?: string
  readonly reciprocalBankCode?: string
  readonly valueAt?: Date
}

/** A request ready to POST. */
export interface VietqrvnRequest {
  readonly headers: Record<string, string>
  readonly rawBody: Buffer
}

/** The transaction-sync that would be sent with a token that was fetched from us just before. */
export function vietqrvnRequest(
  transaction: VietqrvnTransaction,
  options: { readonly token: string },
): VietqrvnRequest {
  return {
    headers: { 'content-type': 'application/json', authorization: `Bearer ${options.token}` },
    rawBody: Buffer.from(JSON.stringify(wireFields(transaction))),
  }
}

/** The request for a token that comes before every push, for a secret written `username:password`. */
export function vietqrvnTokenRequest(options: { readonly secret: string }): VietqrvnRequest {
  const basic = Buffer.from(options.secret).toString('base64')
  return {
    headers: { 'content-type': 'application/json', authorization: `Basic ${basic}` },
    rawBody: Buffer.alloc(0),
  }
}

/** JSON leaves out what is undefined: VietQR.vn has no field of MB's. The signature's algorithm is unpublished, so it is ''. */
function wireFields(transaction: VietqrvnTransaction): Record<string, string | number | undefined> {
  return {
    transactionid: transaction.transactionId,
    transactiontime: transaction.transactionAt.getTime(),
    referencenumber: transaction.referenceNumber,
    amount: Number(transaction.amount),
    content: transaction.content,
    bankaccount: transaction.bankAccount,
    transType: transaction.transType,
    orderId: transaction.orderId ?? '',
    sign: '',
    terminalCode: transaction.terminalCode ?? '',
    va: transaction.va,
    reciprocalAccount: transaction.reciprocalAccount,
    reciprocalBankCode: transaction.reciprocalBankCode,
    valueDate: transaction.valueAt?.getTime(),
  }
}
