import type { FeedScheme, Provider } from '@tienve/bank-feeds'
import type { Role } from '@tienve/contracts'

/** What the demo's markets are like. Every name is invented; every account begins with 000 and takes no money. */
export type ZonePlan = {
  code: string
  name: string
  stalls: number
  areaM2: readonly [number, number]
  /** Sales a day of a middling stall, and what a middling sale comes to. */
  salesADay: number
  saleVnd: number
  cashlessShare: number
  goods: readonly [string, ...string[]]
  hours: 'fresh' | 'food' | 'goods'
}

export type FeedPlan = {
  provider: Provider
  scheme: FeedScheme
  share: number
  /** Whether the provider's list is asked too, where it has one. */
  pulls: boolean
  /** The feeds whose accounts it delivers statements of, by their provider; it tells of nothing else, and bears them out. */
  statementsOf?: readonly Provider[]
}

export type MarketPlan = {
  id: string
  code: string
  name: string
  digit: string
  /** Who holds the first stall, which a visitor tries, and what it sells. */
  first: { owner: string; goods: string }
  board: readonly (readonly [Role, string])[]
  /** One more accountant, whose log-in has a second step. */
  secured: string
  /** Who tells of its accounts and by what proof, with its share of the stalls; the first tells of the board's as well. */
  feeds: readonly FeedPlan[]
  zones: readonly ZonePlan[]
}

const zone = (
  code: string,
  name: string,
  stalls: number,
  areaM2: readonly [number, number],
  sales: readonly [number, number, number],
  hours: ZonePlan['hours'],
  goods: readonly [string, ...string[]],
): ZonePlan => ({
  code,
  name,
  stalls,
  areaM2,
  salesADay: sales[0],
  saleVnd: sales[1],
  cashlessShare: sales[2],
  hours,
  goods,
})

export const MARKETS: readonly [MarketPlan, MarketPlan] = [
  {
    id: 'mkt_songdao',
    code: 'SD',
    name: 'Chợ Sông Đào (dữ liệu mẫu)',
    digit: '1',
    first: { owner: 'Nguyễn Thị Ngà', goods: 'bánh bèo' },
    secured: 'Hà Thị Lan',
    board: [
      ['head', 'Phạm Văn Hùng · Trưởng ban'],
      ['accountant', 'Vũ Thị Bích · Kế toán'],
      ['cashier', 'Đỗ Thị Hạnh · Thủ quỹ'],
      ['collector', 'Trần Văn Dũng · Nhân viên thu'],
      ['technician', 'Bùi Đức Cường · Kỹ thuật'],
      ['leader', 'Ngô Thị Sáu · Tổ trưởng ngành hàng'],
      ['ward', 'Lê Minh Sơn · Phường'],
      ['admin', 'Hoàng Quang Khoa · Quản trị'],
    ],
    feeds: [
      { provider: 'sepay', scheme: 'hmac', share: 5, pulls: true },
      { provider: 'sepay', scheme: 'api-key', share: 1, pulls: true },
    ],
    zones: [
      zone('AU', 'Ăn uống, quà chiều', 28, [4, 8], [40, 35_000, 0.58], 'food', [
        'bánh bèo',
        'bánh đúc',
        'bún tôm',
        'bánh giò',
        'giá bể',
        'chè',
        'bánh đa cua',
        'nem cua bể',
      ]),
      zone('TH', 'Thịt gia súc, gia cầm', 26, [3, 5], [26, 90_000, 0.42], 'fresh', [
        'thịt bò',
        'thịt lợn',
        'gà ta',
        'giò chả',
        'vịt',
      ]),
      zone('CA', 'Cá, thủy hải sản', 30, [3, 5], [22, 100_000, 0.4], 'fresh', [
        'cá biển',
        'tôm',
        'cua ghẹ',
        'mực',
        'cá đồng',
        'ngao',
      ]),
      zone('RC', 'Rau, củ', 38, [2, 4], [40, 20_000, 0.38], 'fresh', [
        'rau',
        'rau thơm',
        'củ quả',
        'đậu phụ',
        'nấm',
        'dưa cà',
      ]),
      zone('TC', 'Trái cây, hoa tươi', 20, [4, 5], [22, 65_000, 0.52], 'fresh', [
        'trái cây',
        'hoa tươi',
        'cam bưởi',
        'dừa',
      ]),
      zone('HK', 'Hàng khô, gia vị', 22, [4, 6], [18, 60_000, 0.45], 'goods', [
        'hàng khô',
        'gia vị',
        'nước mắm',
        'mộc nhĩ',
        'gạo',
      ]),
      zone('GD', 'Tạp hóa, đồ gia dụng', 18, [6, 10], [22, 50_000, 0.5], 'goods', [
        'tạp hóa',
        'đồ nhựa',
        'nồi niêu',
        'bát đĩa',
      ]),
      zone('QA', 'Quần áo, giày dép, vải', 36, [4, 8], [5, 170_000, 0.62], 'goods', [
        'quần áo',
        'giày dép',
        'vải',
        'đồ trẻ em',
        'mũ nón',
      ]),
      zone('DV', 'May sửa, vàng mã, khóa', 14, [4, 8], [7, 60_000, 0.45], 'goods', [
        'may sửa',
        'vàng mã',
        'chìa khóa',
        'đồng hồ',
      ]),
    ],
  },
  {
    id: 'mkt_caulim',
    code: 'CL',
    name: 'Chợ Cầu Lim (dữ liệu mẫu)',
    digit: '2',
    first: { owner: 'Đoàn Thị Mận', goods: 'củ quả' },
    secured: 'Bùi Thị Sen',
    board: [
      ['head', 'Ngô Đức Toàn · Trưởng ban'],
      ['accountant', 'Đào Thị Lành · Kế toán'],
      ['cashier', 'Tô Thị Thơm · Thủ quỹ'],
      ['collector', 'Bùi Văn Quý · Nhân viên thu'],
      ['technician', 'Đặng Văn Lực · Kỹ thuật'],
      ['leader', 'Đặng Thị Mơ · Tổ trưởng ngành hàng'],
      ['ward', 'Lương Minh Tâm · Phường'],
      ['admin', 'Hoàng Thị Vân · Quản trị'],
    ],
    feeds: [
      { provider: 'sepay', scheme: 'hmac', share: 1, pulls: true },
      { provider: 'casso', scheme: 'hmac', share: 1, pulls: true },
      { provider: 'payos', scheme: 'hmac', share: 1, pulls: true },
      { provider: 'vietqrvn', scheme: 'token', share: 1, pulls: false },
      { provider: 'standard', scheme: 'hmac', share: 1, pulls: true },
      {
        provider: 'standard',
        scheme: 'hmac',
        share: 0,
        pulls: false,
        // These have no list: without a statement nothing makes up for what is lost on its way.
        statementsOf: ['payos', 'vietqrvn'],
      },
    ],
    zones: [
      zone('RC', 'Rau, củ', 8, [2, 4], [30, 20_000, 0.3], 'fresh', ['rau', 'củ quả', 'đậu phụ']),
      zone('AU', 'Ăn uống', 6, [4, 6], [30, 30_000, 0.4], 'food', ['bún', 'phở', 'chè', 'bánh mì']),
    ],
  },
]

/** Share of a day's sales by hour, from 5 to 18. */
export const HOURS: Record<ZonePlan['hours'], readonly number[]> = {
  fresh: [5, 13, 17, 15, 11, 9, 5, 3, 3, 3, 4, 7, 8, 3],
  food: [3, 14, 14, 12, 6, 3, 2, 2, 2, 8, 12, 12, 10, 3],
  goods: [0, 1, 3, 8, 14, 15, 11, 5, 4, 6, 12, 12, 7, 2],
}

/** BINs of banks that stallholders commonly use. */
export const BANKS = [
  '970436',
  '970422',
  '970405',
  '970415',
  '970418',
  '970407',
  '970416',
  '970432',
  '970423',
] as const

/** First days and full moons of the lunar months: incense, flowers and fruit sell more (calendar computed). */
export const LUNAR_DAYS = new Set([
  '2026-10-10',
  '2026-10-24',
  '2026-11-09',
  '2026-11-23',
  '2026-12-09',
  '2026-12-23',
  '2027-01-08',
  '2027-01-22',
])

export const FAMILY_NAMES = [
  'Nguyễn',
  'Nguyễn',
  'Nguyễn',
  'Trần',
  'Lê',
  'Phạm',
  'Hoàng',
  'Vũ',
  'Đỗ',
  'Bùi',
  'Đặng',
  'Ngô',
  'Đào',
  'Đoàn',
  'Lương',
  'Tô',
] as const
export const MIDDLE_NAMES = ['Thị', 'Thị', 'Thị', 'Thị Thu', 'Thị Minh', 'Thanh', 'Ngọc', 'Bích'] as const
export const GIVEN_NAMES = [
  'Hà',
  'Hương',
  'Lan',
  'Thủy',
  'Hạnh',
  'Loan',
  'Nhung',
  'Yến',
  'Hằng',
  'Dung',
  'Nga',
  'Tuyết',
  'Oanh',
  'Mến',
  'Thơm',
  'Na',
  'Sim',
  'Hoa',
  'Mai',
  'Xuân',
] as const
