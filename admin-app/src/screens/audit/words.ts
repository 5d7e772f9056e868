import type { AuditTopic } from '@tienve/contracts'
import type { Words } from '@tienve/ui'

export const TOPIC_WORDS: Words<AuditTopic> = {
  people: { vi: 'Người, đăng nhập, đồng ý', en: 'People, log-ins, consent' },
  prices: { vi: 'Giá và thuế suất', en: 'Prices and VAT' },
  billing: { vi: 'Khoản thu, chỉ số, khiếu nại', en: 'Billing, readings, disputes' },
  register: { vi: 'Sổ sạp và hợp đồng', en: 'Register and contracts' },
  cash: { vi: 'Tiền mặt', en: 'Cash' },
  money: { vi: 'Đối soát, tiền treo, chốt ngày', en: 'Reconciliation, suspense, closing' },
  banks: { vi: 'Kết nối ngân hàng', en: 'Bank connections' },
  reading: { vi: 'Xem và tải về', en: 'Looks and downloads' },
}

/** Who did something without being logged in. */
export const NOBODY_WORDS: Words<'unknown' | 'worker' | 'system'> = {
  unknown: { vi: 'Có người chưa đăng nhập', en: 'Somebody not logged in' },
  worker: { vi: 'Máy', en: 'The service' },
  system: { vi: 'Máy', en: 'The service' },
}

/** What the fields of a change are called; one that is not here is shown by its own name. */
export const FIELD_WORDS: Readonly<Record<string, { vi: string; en: string }>> = {
  name: { vi: 'Tên', en: 'Name' },
  code: { vi: 'Mã', en: 'Code' },
  status: { vi: 'Tình trạng', en: 'Status' },
  position: { vi: 'Thứ tự', en: 'Place' },
  service: { vi: 'Khoản', en: 'Service' },
  unit: { vi: 'Tính theo', en: 'Unit' },
  unitPriceVnd: { vi: 'Đơn giá', en: 'Price' },
  ceilingVnd: { vi: 'Giá tối đa', en: 'Ceiling' },
  ratePercent: { vi: 'Tỷ lệ %', en: 'Rate %' },
  effectiveFrom: { vi: 'Từ ngày', en: 'From' },
  effectiveTo: { vi: 'Đến hết ngày', en: 'To' },
  decisionId: { vi: 'Theo quyết định', en: 'By decision' },
  number: { vi: 'Số', en: 'Number' },
  issuedOn: { vi: 'Ngày ban hành', en: 'Issued on' },
  issuer: { vi: 'Nơi ban hành', en: 'Issued by' },
  title: { vi: 'Tên văn bản', en: 'Title' },
  zoneId: { vi: 'Khu', en: 'Zone' },
  zoneCode: { vi: 'Khu', en: 'Zone' },
  stallId: { vi: 'Sạp', en: 'Stall' },
  stallKind: { vi: 'Loại sạp', en: 'Kind of stall' },
  kind: { vi: 'Loại', en: 'Kind' },
  areaM2: { vi: 'Diện tích (m²)', en: 'Area (m²)' },
  positionGrade: { vi: 'Hạng vị trí', en: 'Grade of the place' },
  rowLabel: { vi: 'Dãy', en: 'Row' },
  lot: { vi: 'Ô', en: 'Lot' },
  amountVnd: { vi: 'Số tiền', en: 'Amount' },
  totalVnd: { vi: 'Tổng tiền', en: 'Total' },
  chargeCount: { vi: 'Số khoản', en: 'Charges' },
  period: { vi: 'Kỳ', en: 'Month' },
  dueOn: { vi: 'Hạn nộp', en: 'Due on' },
  reason: { vi: 'Lý do', en: 'Reason' },
  note: { vi: 'Ghi chú', en: 'Note' },
  endsOn: { vi: 'Hết hạn', en: 'Ends on' },
  salesConsent: { vi: 'Cho xem tiền bán', en: 'Sales may be seen' },
  failedCount: { vi: 'Số lần sai', en: 'Wrong tries' },
  lockedUntil: { vi: 'Khoá đến', en: 'Locked until' },
  what: { vi: 'Xem gì', en: 'What was seen' },
  from: { vi: 'Từ ngày', en: 'From' },
  to: { vi: 'Đến ngày', en: 'To' },
  provider: { vi: 'Nhà cung cấp', en: 'Provider' },
  format: { vi: 'Dạng tệp', en: 'Format' },
  rows: { vi: 'Số dòng', en: 'Rows' },
  as: { vi: 'Xử lý thành', en: 'As' },
  difference: { vi: 'Chênh lệch', en: 'Difference' },
}

/** Words of known lists, as far as they stand in a change. */
export const VALUE_WORDS: Readonly<Record<string, { vi: string; en: string }>> = {
  open: { vi: 'chờ xử lý', en: 'waiting' },
  proposed: { vi: 'chờ duyệt', en: 'proposed' },
  approved: { vi: 'đã duyệt', en: 'approved' },
  refused: { vi: 'bị từ chối', en: 'refused' },
  resolved: { vi: 'đã xử lý', en: 'resolved' },
  issuing: { vi: 'đang phát hành', en: 'being issued' },
  issued: { vi: 'đã phát hành', en: 'issued' },
  withdrawn: { vi: 'đã rút', en: 'taken back' },
  closed: { vi: 'đã đóng', en: 'closed' },
  active: { vi: 'đang dùng', en: 'in use' },
  removed: { vi: 'đã bỏ', en: 'removed' },
  revoked: { vi: 'đã ngắt', en: 'ended' },
}
