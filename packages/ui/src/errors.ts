import {
  ApiError,
  PERMISSION_WORDS,
  ROLE_WORDS,
  ROLES,
  type ErrorCode,
  type Problem,
} from '@tienve/contracts'
import type { Words } from './language.tsx'
import { logInErrors, words } from './errors-log-in.ts'
import { stallErrors } from './errors-stall.ts'

const again = { vi: 'Thử lại sau ít phút.', en: 'Try again in a few minutes.' }

/** What each refusal means to the person at the screen, and what to do next. */
export const errorWords: Words<ErrorCode | 'offline'> = {
  offline: words(
    'Mất mạng. Xem lại Wi-Fi hoặc 4G rồi thử lại.',
    'No network. Check Wi-Fi or mobile data and try again.',
  ),
  request_invalid: words(
    'Có chỗ chưa đúng. Xem lại rồi gửi lại.',
    'Something is not right. Check and send again.',
  ),
  amount_invalid: words(
    'Số tiền phải từ 1 đến 499.999.999 đ. Gõ lại.',
    'The amount must be 1 to 499,999,999 đ. Type it again.',
  ),
  body_too_large: words('Nội dung quá dài. Viết ngắn hơn.', 'That is too long. Make it shorter.'),
  not_found: words('Không thấy mục này. Quay lại trang trước.', 'There is nothing here. Go back.'),
  login_failed: words(
    'Sai tên đăng nhập, mật khẩu hoặc mã PIN. Gõ lại; sai nhiều lần thì đợi vài phút.',
    'Wrong login, password or PIN. Type it again; after many wrong tries wait a few minutes.',
  ),
  login_locked: words(
    'Gõ sai nhiều lần. Đợi vài phút rồi thử lại.',
    'Too many wrong tries. Wait a few minutes.',
  ),
  ...logInErrors,
  ...stallErrors,
  session_required: words('Đã hết phiên. Đăng nhập lại.', 'Your session has ended. Log in again.'),
  api_key_invalid: words(
    'Khóa kết nối không còn dùng được. Tạo khóa mới.',
    'This key holds no more. Make a new one.',
  ),
  api_key_forbidden: words(
    'Khóa này không được cấp quyền đó. Tạo khóa khác có quyền ấy.',
    'This key was not given that. Make one that is.',
  ),
  key_days_invalid: words(
    'Ngày hết hạn phải sau hôm nay và trong vòng một năm. Chọn lại.',
    'A key ends after today and within a year. Choose again.',
  ),
  already_works_here: words(
    'Người này đã làm ở chợ này, hoặc đã được mời. Xem lại danh sách.',
    'This person works here already, or was asked to. See the list.',
  ),
  csrf_failed: words('Trang đã cũ. Tải lại trang rồi thử lại.', 'This page is out of date. Reload it.'),
  role_forbidden: words(
    'Vai trò này không được làm việc đó. Hỏi trưởng ban.',
    'Your role may not do this. Ask the head of the board.',
  ),
  rate_limited: words('Bấm hơi nhanh. Đợi một chút.', 'Too fast. Wait a moment.'),
  idempotency_key_reused: words(
    'Lệnh này đã gửi với nội dung khác. Tải lại trang.',
    'This was sent before with other content. Reload.',
  ),
  idempotency_in_flight: words(
    'Lệnh trước đang xử lý. Đợi một chút.',
    'The first try is still under way. Wait a moment.',
  ),
  connection_unknown: words('Không có kết nối ngân hàng này.', 'There is no such bank connection.'),
  signature_invalid: words('Tin của ngân hàng sai chữ ký.', "The bank's message has a wrong signature."),
  intake_unavailable: again,
  database_unavailable: again,
  stall_without_account: words(
    'Chưa có tài khoản nhận tiền. Báo Ban quản lý chợ: người cài đặt hệ thống ghi vào.',
    'There is no receiving account. Tell the board: whoever runs the system enters it.',
  ),
  request_already_final: words('Mã này đã xong. Làm mã mới.', 'This code is closed. Make a new one.'),
  day_invalid: words(
    'Ngày chưa tới hoặc không đúng. Chọn ngày khác.',
    'That day has not come or is wrong. Choose another.',
  ),
  day_already_closed: words('Ngày này đã chốt rồi.', 'This day is already closed.'),
  day_changed: words(
    'Số liệu của ngày vừa thay đổi. Xem lại rồi chốt.',
    'The figures of this day have just changed. Look again, then close it.',
  ),
  day_already_signed: words(
    'Ngày này đã ký xác nhận, hoặc đang chờ chữ ký thứ hai.',
    'This day is signed off, or waits for its second signature.',
  ),
  sign_off_unexplained: words(
    'Còn dòng chênh lệch chưa ghi lý do. Ghi lý do rồi ký.',
    'A row that differs has no reason yet. Write it, then sign.',
  ),
  report_too_long: words(
    'Báo cáo này quá dài để in. Tải Excel.',
    'This report is too long for paper. Take the spreadsheet.',
  ),
  request_open: words(
    'Bạn đã gửi yêu cầu này rồi, đang chờ trả lời.',
    'You have asked already, and an answer is on its way.',
  ),
  request_answered: words('Yêu cầu này đã trả lời rồi.', 'This request is already answered.'),
  erasure_blocked: words(
    'Chưa xóa được: chưa biết là ai trong hợp đồng của sạp, hoặc còn hợp đồng, khoản nợ, tiền trả khách hay lần báo sai chưa xong.',
    'Cannot be done yet: nobody knows who of the stall’s contracts this is, or a contract, a debt, a refund or a dispute is still open.',
  ),
  consent_not_yours: words(
    'Sạp này có ngày bán của người khác, nên chưa cho xem theo tên sạp được.',
    'This stall has selling days of somebody else, so it cannot be shown by name yet.',
  ),
  ledger_refused: words(
    'Sổ cái không cho ghi như vậy. Xem lại số tiền và tài khoản.',
    'The books do not allow this. Check the amount and the accounts.',
  ),
  round_already_issued: words('Kỳ thu này đã phát hành.', 'This billing round is already issued.'),
  round_not_ready: words(
    'Còn thiếu chỉ số điện, nước hoặc giá dịch vụ. Ghi đủ rồi trình lại.',
    'Readings or prices are missing. Enter them, then propose again.',
  ),
  round_not_proposed: words('Kỳ thu này chưa được trình.', 'This billing round is not proposed.'),
  round_not_due: words(
    'Chỉ khóa được kỳ thu đã phát hành và đã qua hạn nộp.',
    'Only an issued round whose due day has passed can be closed.',
  ),
  round_closing_waits: words('Đã đề nghị đóng kỳ, đang chờ duyệt.', 'Closing it waits for approval already.'),
  round_closing_not_proposed: words('Chưa ai đề nghị đóng kỳ này.', 'Nobody has proposed to close it.'),
  round_changed: words(
    'Số liệu của kỳ thu vừa thay đổi. Xem lại rồi duyệt.',
    'What this round would bill has just changed. Look again, then approve it.',
  ),
  approval_own_proposal: words(
    'Người đề xuất không được tự duyệt. Nhờ người khác duyệt.',
    'You proposed this. Somebody else must approve it.',
  ),
  approval_already_decided: words('Đề xuất này đã được duyệt.', 'This is already decided.'),
  statement_refused: words(
    'Sao kê này không đọc được hoặc không cộng khớp. Xem dòng được nêu.',
    'This statement cannot be read or does not add up. See the line named.',
  ),
  statement_unchecked: words(
    'Sao kê này thiếu số đầu kỳ và cuối kỳ nên không kiểm tra được. Hãy xuất lại bản có hai số đó.',
    'This statement has no balance to check by. Export it again with balances.',
  ),
  statement_of_other_account: words(
    'Sao kê này là của tài khoản khác.',
    'This statement is of another account.',
  ),
  suspense_already_resolved: words('Khoản này đã xử lý xong.', 'This money is already resolved.'),
  suspense_parts_wrong: words(
    'Các phần phải cộng đúng bằng số tiền, và chỉ một phần được trả lại. Sửa các phần.',
    'The parts must come to the sum, and only one may go back. Change the parts.',
  ),
  suspense_not_resolved: words(
    'Khoản này chưa xử lý, không có gì để hoàn tác.',
    'There is nothing to undo here.',
  ),
  suspense_already_proposed: words(
    'Khoản này đang chờ người thứ hai duyệt.',
    'This money waits for a second person already.',
  ),
  suspense_not_proposed: words(
    'Không còn đề xuất nào chờ duyệt.',
    'Nothing waits for approval here any more.',
  ),
  suggestion_changed: words(
    'Gợi ý đã khác lúc xem. Mở khoản này ra xử lý riêng.',
    'The suggestion is another one by now. Open this item and resolve it by itself.',
  ),
  resolution_used: words(
    'Tiền này đã dùng tiếp (trừ vào khoản khác hoặc đã trả lại), nên không hoàn tác được.',
    'This money has moved on since (used for something else, or given back), so it cannot be undone.',
  ),
  resolution_closed: words(
    'Kỳ thu của khoản này đã khóa, nên không hoàn tác được.',
    'The billing round that it paid is closed, so it cannot be undone.',
  ),
  refund_not_possible: words(
    'Không còn đủ tiền thừa để trả lại chừng đó.',
    'There is not that much left to give back.',
  ),
  refund_in_credit_book: words(
    'Tiền này đã ghi vào sổ nợ. Còn thừa thì trả lại ở sổ nợ.',
    'This money is in the credit book. Give back there what of it is too much.',
  ),
  refund_already_final: words(
    'Khoản trả lại này đã xong, hoặc chưa được quyết định.',
    'This refund is done already, or was never promised.',
  ),
  refund_transfer_wrong: words(
    'Giao dịch này không phải tiền ra đúng tài khoản và số tiền, hoặc đã dùng cho khoản khác.',
    'That is no outgoing transfer of this account and sum, or it is another refund’s.',
  ),
  resolution_invalid: words(
    'Không xử lý theo cách này được. Chọn cách khác.',
    'It cannot be resolved this way. Choose another.',
  ),
  price_above_ceiling: words(
    'Đơn giá cao hơn mức tối đa của quyết định. Sửa đơn giá, hoặc ghi quyết định mới.',
    'The price is above what its decision allows. Change it, or enter a new decision.',
  ),
  price_already_billed: words(
    'Tháng đó đã phát hành theo giá đang dùng. Chọn ngày sau tháng đó.',
    'That month is already billed at the price in force. Choose a day after it.',
  ),
  reading_backwards: words(
    'Chỉ số mới nhỏ hơn chỉ số cũ. Đọc lại; nếu đã thay công tơ thì ghi ở mục Thay công tơ.',
    'The new reading is below the old one. Read again; a changed meter is entered as a replacement.',
  ),
  reading_followed: words(
    'Công tơ này đã ghi tháng sau rồi, không sửa tháng này được nữa.',
    'A later month of this meter is already read, so this one stays.',
  ),
  round_already_proposed: words(
    'Kỳ thu của tháng này đã đề xuất. Muốn sửa thì kế toán rút đề xuất trước.',
    'The round of this month is already proposed. The accountant has to withdraw it first.',
  ),
  stall_code_taken: words(
    'Mã này đã có sạp dùng. Chọn mã khác.',
    'Another stall has this code. Choose another.',
  ),
  stall_lot_taken: words(
    'Lô này đã có sạp. Xem lại dãy và lô.',
    'Another stall stands on this lot. Check the row and the lot.',
  ),
  stall_under_contract: words(
    'Sạp còn hợp đồng. Thanh lý hợp đồng trước.',
    'The stall has a contract. End it first.',
  ),
  zone_code_taken: words('Mã khu này đã có. Chọn mã khác.', 'Another zone has this code. Choose another.'),
  zone_already_changed: words(
    'Hôm nay sạp đã đổi khu một lần. Mai đổi tiếp.',
    'The stall has changed its zone today. Change it again tomorrow.',
  ),
  contract_number_taken: words('Số hợp đồng này đã có. Xem lại số.', 'Another contract has this number.'),
  contract_overlaps: words(
    'Trùng ngày với một hợp đồng khác của sạp này.',
    'Another contract of this stall covers these days.',
  ),
  contract_already_ended: words('Hợp đồng này đã thanh lý.', 'This contract is already ended.'),
  contract_days_invalid: words(
    'Ngày không nằm trong hợp đồng. Xem lại ngày.',
    'These days do not fit the contract. Check the days.',
  ),
  pause_overlaps: words('Những ngày này đã báo nghỉ rồi.', 'The stall is already paused on these days.'),
  pause_not_open: words('Ngày đó sạp không nghỉ.', 'The stall is not paused on that day.'),
  sheet_unreadable: words(
    'Không đọc được tệp. Chọn tệp Excel (.xlsx) làm theo mẫu.',
    'The file cannot be read. Choose an Excel file (.xlsx) made from the template.',
  ),
  sheet_headings_wrong: words('Tiêu đề cột không đúng mẫu.', 'The headings are not those of the template.'),
  sheet_too_long: words(
    'Tệp không có dòng nào, hoặc quá 2.000 dòng. Chia nhỏ tệp.',
    'The file has no rows, or more than 2,000. Split it.',
  ),
  import_has_errors: words(
    'Có dòng sai nên chưa nhập gì. Sửa tệp rồi chọn lại.',
    'Some rows are wrong, so nothing was imported. Mend the file and choose it again.',
  ),
  import_changed: words(
    'Tệp hoặc sổ sạp vừa thay đổi so với lúc xem. Chọn lại tệp để xem lại.',
    'The file or the register has changed since it was shown. Choose the file again.',
  ),
  change_not_possible: words(
    'Khoản phải thu không còn nhiều như vậy. Xem lại số tiền.',
    'The charge does not come to that much. Check the sum.',
  ),
  change_already_proposed: words(
    'Khoản này đang có một thay đổi chờ duyệt.',
    'A change of this charge waits for approval already.',
  ),
  change_outdated: words(
    'Số tiền vừa thay đổi so với lúc xem. Xem lại rồi duyệt.',
    'The sums have changed since they were shown. Look again, then approve.',
  ),
  page_already_used: words(
    'Trang sổ này đã dùng rồi. Lấy trang khác, báo kế toán.',
    'This page is used. Take another and tell the accountant.',
  ),
  book_not_yours: words(
    'Sổ này cấp cho người khác hoặc máy khác. Lấy sổ của máy này.',
    'This book is another collector’s or phone’s. Use this phone’s own.',
  ),
  book_closed: words('Sổ này đã khóa. Lấy sổ mới.', 'This book is closed. Take a new one.'),
  ticket_book_from_office: words(
    'Sổ vé do văn phòng cấp. Hỏi kế toán hoặc thủ quỹ.',
    'The office gives out ticket books. Ask the accountant or the cashier.',
  ),
  collection_time_invalid: words(
    'Giờ thu sai: ở tương lai hoặc quá 7 ngày. Xem lại giờ của máy, báo kế toán.',
    'The time is in the future or over 7 days old. Check the phone’s clock, tell the accountant.',
  ),
  collection_handed_over: words(
    'Tiền này đã nộp quỹ, không bỏ được nữa. Báo kế toán.',
    'This cash is handed over and cannot be taken back. Tell the accountant.',
  ),
  collection_used: words(
    'Khoản đã nộp bằng tiền này có thay đổi, không bỏ được nữa. Báo kế toán.',
    'What this cash paid has changed, so it stays. Tell the accountant.',
  ),
  handover_changed: words(
    'Tiền đang cầm vừa thay đổi. Xem lại rồi ký.',
    'The cash in hand has just changed. Look again, then sign.',
  ),
  handover_empty: words('Không có tiền mặt để nộp.', 'There is no cash to hand over.'),
  handover_open: words(
    'Lần nộp trước còn chờ thủ quỹ đếm.',
    'The last hand-over still waits for the cashier.',
  ),
  handover_own: words(
    'Người thu không tự xác nhận tiền mình nộp. Nhờ thủ quỹ khác.',
    'Whoever collected cannot confirm it. Ask another cashier.',
  ),
  handover_already_confirmed: words(
    'Lần nộp này đã xác nhận rồi. Tải lại trang.',
    'This hand-over is already confirmed. Reload.',
  ),
  dispute_already_open: words(
    'Khoản này đã báo sai rồi, đang chờ Ban quản lý chợ trả lời.',
    'This charge is disputed already. The board has yet to answer.',
  ),
  code_alert_settled: words('Việc này đã có người xử lý xong.', 'Somebody has settled this already.'),
  dispute_already_answered: words(
    'Việc này đã xong rồi, không trả lời lại được.',
    'This dispute is already closed.',
  ),
  connection_revoked: words(
    'Kết nối này đã ngắt. Tạo kết nối mới.',
    'This connection is ended. Make a new one.',
  ),
  account_heard_elsewhere: words(
    'Tài khoản này đang nghe bằng kết nối của người khác. Để kết nối này làm nguồn đối chứng.',
    'Somebody else’s connection has the say on this account. Let this one only bear it out.',
  ),
  secret_last: words(
    'Chỉ còn một khóa. Đổi khóa mới trước, rồi hãy bỏ khóa này.',
    'This is the only secret. Make a new one first.',
  ),
  pull_not_possible: words(
    'Nhà cung cấp này không cho hỏi lại danh sách.',
    'This provider cannot be asked for its list.',
  ),
  letter_not_dead: words(
    'Tin này đã xử lý, hoặc đang chờ xử lý lại.',
    'This message is processed, or is being tried again.',
  ),
  push_not_possible: words(
    'Máy này chưa nhận báo được. Vẫn xem được trong app.',
    'This browser cannot be woken. The app shows everything all the same.',
  ),
  internal: words(
    'Máy chủ gặp lỗi. Thử lại; nếu vẫn lỗi, báo Ban quản lý chợ.',
    'Something went wrong on our side. Try again.',
  ),
}

/** The words for anything that was thrown. */
export function wordsFor(error: unknown): { vi: string; en: string } {
  if (!(error instanceof ApiError)) return errorWords.internal
  const code = error.offline ? 'offline' : error.problem.code
  if (code === 'role_forbidden') return roleWordsFor(error.problem) ?? errorWords.role_forbidden
  return Object.hasOwn(errorWords, code) ? errorWords[code as ErrorCode | 'offline'] : errorWords.internal
}

/** Who may do what was refused, where the refusal says so. */
function roleWordsFor({ permission, roles = [] }: Problem): { vi: string; en: string } | null {
  const held = ROLES.filter((role) => roles.includes(role)).map((role) => ROLE_WORDS[role])
  if (held.length === 0) return null
  const what = Object.entries(PERMISSION_WORDS).find(([name]) => name === permission)?.[1]
  const vi = joined(
    held.map((one) => one.vi),
    ' và ',
  )
  const en = joined(
    held.map((one) => one.en),
    ' and ',
  )
  return words(
    `Chỉ ${vi} mới làm được việc này${what === undefined ? '' : `: ${what.vi}`}.`,
    `Only ${en} can do this${what === undefined ? '' : `: ${what.en}`}.`,
  )
}

/** `kế toán, thủ quỹ và trưởng ban`. */
function joined(names: readonly string[], last: string): string {
  const [end = '', ...before] = names.toReversed()
  return before.length === 0 ? end : `${before.toReversed().join(', ')}${last}${end}`
}
