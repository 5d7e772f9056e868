import { ApiError, type ErrorCode } from '@tienve/contracts'
import type { Words } from './language.tsx'

const again = { vi: 'Thử lại sau ít phút.', en: 'Try again in a few minutes.' }
const words = (vi: string, en: string) => ({ vi, en })

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
  login_failed: words('Sai tên đăng nhập hoặc mã PIN. Gõ lại.', 'Wrong login or PIN. Type it again.'),
  login_locked: words(
    'Gõ sai nhiều lần. Đợi vài phút rồi thử lại.',
    'Too many wrong tries. Wait a few minutes.',
  ),
  session_required: words('Đã hết phiên. Đăng nhập lại.', 'Your session has ended. Log in again.'),
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
    'Sạp chưa có tài khoản nhận. Hỏi Ban quản lý chợ.',
    'The stall has no receiving account. Ask the board.',
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
  round_changed: words(
    'Số liệu của kỳ thu vừa thay đổi. Xem lại rồi duyệt.',
    'What this round would bill has just changed. Look again, then approve it.',
  ),
  approval_own_proposal: words(
    'Người đề xuất không được tự duyệt. Nhờ người khác duyệt.',
    'You proposed this. Somebody else must approve it.',
  ),
  approval_already_decided: words('Đề xuất này đã được duyệt.', 'This is already decided.'),
  suspense_already_resolved: words('Khoản này đã xử lý xong.', 'This money is already resolved.'),
  resolution_invalid: words(
    'Không xử lý theo cách này được. Chọn cách khác.',
    'It cannot be resolved this way. Choose another.',
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
  return Object.hasOwn(errorWords, code) ? errorWords[code as ErrorCode | 'offline'] : errorWords.internal
}
