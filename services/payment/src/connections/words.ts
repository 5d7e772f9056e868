import type { ProofScheme, Provider, SetupStep } from '@tienve/contracts'
import { feeds, isProvider, type FeedAdapter, type FeedToken } from '@tienve/bank-feeds'

type Text = { vi: string; en: string }
type Step = Omit<SetupStep, 'value'> & { value: Text | null }

const both = (vi: string, en: string): Text => ({ vi, en })
const same = (text: string): Text => both(text, text)

const plain = { secret: null, isUnsure: false } as const
const act = (label: Text): Step => ({ kind: 'do', label, value: null, ...plain })
const copy = (label: Text, value: string): Step => ({ kind: 'copy', label, value: same(value), ...plain })
const choose = (label: Text, value: Text): Step => ({ kind: 'choose', label, value, ...plain })
const paste = (label: Text, secret: SetupStep['secret'] = 'whole'): Step => ({
  kind: 'copy',
  label,
  value: null,
  secret,
  isUnsure: false,
})
const unsure = (step: Step): Step => ({ ...step, isUnsure: true })

const ADDRESS = both('Địa chỉ nhận tin (URL)', 'Address to send to (URL)')
const ALL = both('Tất cả (tiền vào và tiền ra)', 'All (money in and out)')

/**
 * What is common to SePay's webhooks, by developer.sepay.vn ("Webhooks"). "Skip when there is no payment code" would drop
 * every transfer whose code was mistyped, and without auto-retry a short outage of ours would lose messages for good.
 */
function sepaySteps(url: string, proof: readonly Step[]): Step[] {
  return [
    act(
      both(
        'Đăng nhập SePay, mở mục Webhooks, thêm một webhook mới.',
        'Log in to SePay, open Webhooks, add a new one.',
      ),
    ),
    copy(ADDRESS, url),
    choose(both('Bắt sự kiện', 'Event'), ALL),
    choose(
      both('Tài khoản ngân hàng', 'Bank accounts'),
      both('đúng những tài khoản của kết nối này', 'exactly the accounts of this connection'),
    ),
    choose(
      both('Bỏ qua nếu không có mã thanh toán', 'Skip when there is no payment code'),
      both('Không', 'No'),
    ),
    ...proof,
    choose(both('Kiểu nội dung', 'Content type'), same('application/json')),
    choose(both('Tự gửi lại khi lỗi', 'Auto-retry'), both('Bật', 'On')),
    act(both('Lưu, rồi bấm Gửi thử.', 'Save, then press Send test.')),
  ]
}

const SEPAY_PROOF: Record<ProofScheme, (url: string, token: FeedToken | undefined) => Step[]> = {
  hmac: () => [
    choose(both('Kiểu chứng thực', 'Authentication'), same('HMAC-SHA256')),
    paste(both('Khóa bí mật (Secret key)', 'Secret key')),
  ],
  'api-key': () => [
    choose(both('Kiểu chứng thực', 'Authentication'), same('API Key')),
    paste(
      both('API Key (SePay gửi trong Authorization: Apikey …)', 'API Key (sent as Authorization: Apikey …)'),
    ),
  ],
  // Which form of token request an account sends could not be tried: see docs/FEEDS.md.
  token: (url, token) => [
    choose(both('Kiểu chứng thực', 'Authentication'), same('OAuth 2.0')),
    unsure(copy(both('Địa chỉ lấy token', 'Token URL'), `${url}/${token?.path ?? 'oauth/token'}`)),
    paste(same('Client ID'), 'name'),
    paste(same('Client Secret'), 'password'),
  ],
  none: () => [
    choose(both('Kiểu chứng thực', 'Authentication'), both('Không chứng thực', 'None')),
    act(
      both(
        'Tin không chứng thực không được tính là tiền: nó chỉ nhắc máy hỏi lại SePay. Nhớ điền khóa API ở mục Hỏi lại.',
        'What is not authenticated is never money: it only makes us ask SePay. Enter the API key under Asking.',
      ),
    ),
  ],
}

/** developer.casso.vn. Where its dashboard shows the key of version 2 is not in its public pages. */
const CASSO: Partial<Record<ProofScheme, (url: string) => Step[]>> = {
  hmac: (url) => [
    act(both('Đăng nhập Casso, thêm tích hợp Webhook V2.', 'Log in to Casso, add a Webhook V2.')),
    copy(ADDRESS, url),
    unsure(
      act(
        both(
          'Khóa bảo mật (checksum key) là của Casso: chép từ Casso dán vào đây.',
          'The checksum key is Casso’s own: copy it from there to here.',
        ),
      ),
    ),
    choose(both('Loại giao dịch', 'Transactions'), ALL),
    act(both('Lưu, rồi bấm Gọi thử.', 'Save, then press Test.')),
  ],
  'api-key': (url) => [
    act(both('Đăng nhập Casso, thêm tích hợp Webhook (V1).', 'Log in to Casso, add a Webhook (V1).')),
    copy(ADDRESS, url),
    paste(both('Khóa bảo mật (header secure-token)', 'Secure token (header secure-token)')),
    choose(both('Loại giao dịch', 'Transactions'), ALL),
    act(both('Lưu, rồi bấm Gọi thử.', 'Save, then press Test.')),
  ],
}

/** payos.vn/docs. That saving sends the documented example is what implementers report; no official page says so. */
const payosSteps = (url: string): Step[] => [
  act(
    both(
      'Đăng nhập payOS, mở kênh thanh toán, chép Checksum Key dán vào đây.',
      'Log in to payOS, open the payment channel, copy its Checksum Key to here.',
    ),
  ),
  copy(same('Webhook URL'), url),
  unsure(
    act(
      both(
        'Bấm Lưu (confirm-webhook): payOS gửi một tin thử tới địa chỉ này.',
        'Press Save (confirm-webhook): payOS sends a test to this address.',
      ),
    ),
  ),
  act(
    both(
      'Chép thêm Client ID và API Key của kênh, điền ở mục Hỏi lại: máy báo cho payOS từng mã thu tiền, và hỏi lại mã chưa trả.',
      'Copy the channel’s Client ID and API Key too and enter them under Asking: payOS is told of each request for money, and asked for what is unpaid.',
    ),
  ),
  unsure(
    act(
      both(
        'Chưa rõ payOS có nhận ra tiền trả bằng mã QR của chợ không: hãy thử một khoản nhỏ trước.',
        'It is not known whether payOS recognises what is paid by the market’s own QR codes: try a small sum first.',
      ),
    ),
  ),
  act(
    both(
      'payOS chỉ báo tiền trả qua link thanh toán của payOS. Tiền chuyển thẳng vào tài khoản thì không báo.',
      'payOS tells of its own payment links only, and not of other transfers to the account.',
    ),
  ),
]

/** api.vietqr.vn, "Get Token" and "Transaction Sync"; MB's balance change is the same contract. */
const vietqrvnSteps = (url: string, token: FeedToken | undefined): Step[] => [
  act(
    both(
      'Gửi VietQR.vn các thông tin dưới đây khi đăng ký nhận biến động số tiền.',
      'Give VietQR.vn what stands below when you register for balance changes.',
    ),
  ),
  copy(both('Địa chỉ gốc (Base URL)', 'Base URL'), url),
  copy(both('Lấy token', 'Get token'), `${url}/${token?.path ?? 'api/token_generate'}`),
  copy(
    both('Gửi giao dịch', 'Transaction sync'),
    `${url}/${token?.eventPath ?? 'bank/api/transaction-sync'}`,
  ),
  paste(same('Username'), 'name'),
  paste(same('Password'), 'password'),
  choose(
    both('Mã lỗi được gửi lại', 'Retryable error code'),
    both('E05 (chưa lưu được, gửi lại)', 'E05 (not stored: send again)'),
  ),
  unsure(
    act(
      both(
        'Tin thử của VietQR.vn trông như tiền thật: chỉ thử với một kết nối chưa gắn tài khoản thật.',
        'A test of VietQR.vn looks like money: try it against a connection without a real account.',
      ),
    ),
  ),
]

/** standardwebhooks.com 1.0.0, with the event of docs/FEEDS.md. */
const standardSteps = (url: string): Step[] => [
  act(
    both(
      'Đưa cho ngân hàng hoặc cổng thanh toán: gửi tin theo Standard Webhooks 1.0.0, mẫu tin ở docs/FEEDS.md.',
      'For the bank or gateway: send by Standard Webhooks 1.0.0, the event as in docs/FEEDS.md.',
    ),
  ),
  copy(ADDRESS, url),
  paste(both('Khóa ký (whsec_…)', 'Signing secret (whsec_…)')),
  choose(both('Ba header', 'Three headers'), same('webhook-id, webhook-timestamp, webhook-signature')),
  choose(both('Kiểu nội dung', 'Content type'), same('application/json')),
]

/** What to paste and choose at a provider for a connection at `url`. */
export function setupOf(provider: Provider, scheme: ProofScheme, url: string): SetupStep[] {
  const token = isProvider(provider) ? tokenOf(feeds[provider]) : undefined
  switch (provider) {
    case 'sepay':
      return sepaySteps(url, SEPAY_PROOF[scheme](url, token))
    case 'casso':
      return CASSO[scheme]?.(url) ?? []
    case 'payos':
      return payosSteps(url)
    case 'vietqrvn':
      return vietqrvnSteps(url, token)
    case 'standard':
      return standardSteps(url)
  }
}

function tokenOf(adapter: FeedAdapter): FeedToken | undefined {
  return adapter.token
}
