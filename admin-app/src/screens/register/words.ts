/** What the register's states and kinds are called, on all of its screens. */
export const STATE_WORDS = {
  active: { vi: 'Đang hoạt động', en: 'Trading' },
  paused: { vi: 'Tạm nghỉ', en: 'Paused' },
  vacant: { vi: 'Trống', en: 'Vacant' },
  disputed: { vi: 'Đang tranh chấp', en: 'In dispute' },
  closing: { vi: 'Chờ thanh lý', en: 'Closing' },
  removed: { vi: 'Đã bỏ', en: 'Removed' },
}

export const STATUS_WORDS = {
  active: { vi: 'Bình thường', en: 'In use' },
  disputed: STATE_WORDS.disputed,
  closing: STATE_WORDS.closing,
  removed: { vi: 'Bỏ khỏi sổ', en: 'Removed from the register' },
}

export const KIND_WORDS = {
  stall: { vi: 'Sạp', en: 'Stall' },
  counter: { vi: 'Quầy', en: 'Counter' },
  kiosk: { vi: 'Ki-ốt', en: 'Kiosk' },
  pitch: { vi: 'Nền', en: 'Floor pitch' },
}

export const CONTRACT_KIND_WORDS = {
  use: { vi: 'Hợp đồng sử dụng', en: 'Contract of use' },
  rent: { vi: 'Hợp đồng thuê', en: 'Contract of rent' },
}

export const CONTRACT_STATE_WORDS = {
  coming: { vi: 'Chưa bắt đầu', en: 'To come' },
  active: { vi: 'Còn hiệu lực', en: 'In force' },
  expired: { vi: 'Quá hạn, chưa thanh lý', en: 'Past its end, not ended' },
  ended: { vi: 'Đã kết thúc', en: 'Ended' },
}

export const END_WORDS = {
  expired: { vi: 'hết hạn', en: 'ran out' },
  terminated: { vi: 'thanh lý trước hạn', en: 'terminated' },
  transferred: { vi: 'sang nhượng', en: 'transferred' },
}

/** Short enough for a lot on the map, and in full for its legend. */
export const STANDING_WORDS = {
  paid: { vi: 'Đã nộp đủ', en: 'All paid' },
  owed: { vi: 'Còn nợ, chưa quá hạn', en: 'Owes, not yet overdue' },
  overdue: { vi: 'Quá hạn', en: 'Overdue' },
  over_60_days: { vi: 'Quá hạn trên 60 ngày', en: 'Over 60 days' },
  none: { vi: 'Chưa có khoản thu', en: 'Nothing billed yet' },
}
