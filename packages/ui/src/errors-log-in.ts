import type { ErrorCode } from '@tienve/contracts'
import type { Words } from './language.tsx'

export const words = (vi: string, en: string) => ({ vi, en })

/** What is refused to whoever gets in, sets themselves up, or says who else may. */
export const logInErrors = {
  device_unknown: words(
    'Máy này chưa quen. Nhờ Ban quản lý chợ in mã mới.',
    'This phone is not known yet. Ask the board to print a new code.',
  ),
  enrolment_refused: words(
    'Mã này sai, đã dùng, hoặc quá hạn. Nhờ người đưa mã làm mã mới.',
    'This code is wrong, used, or has run out. Ask for a new one.',
  ),
  pin_weak: words(
    'PIN này dễ đoán quá. Chọn 6 số khác.',
    'This PIN is too easy to guess. Choose six other digits.',
  ),
  totp_required: words(
    'Gõ thêm mã 6 số trên app xác thực.',
    'Type the six digits that your authenticator app shows.',
  ),
  totp_failed: words(
    'Mã sai, đã cũ hoặc đã dùng rồi. Đợi mã mới rồi gõ lại.',
    'The code is wrong, old or used. Wait for the next one.',
  ),
  totp_code_wrong: words(
    'Mã chưa đúng. Gõ mã đang hiện trên app xác thực.',
    'Not right. Type the code that the app shows now.',
  ),
  totp_already_on: words('Mã xác thực đã bật rồi.', 'The second step is already on.'),
  totp_not_begun: words('Chưa bắt đầu cài mã xác thực. Làm lại từ đầu.', 'Begin the set-up again.'),
  totp_setup_required: words(
    'Cần bật mã xác thực trước rồi mới làm việc khác.',
    'Set up the second step first.',
  ),
  password_wrong: words('Mật khẩu đang dùng chưa đúng.', 'The present password is wrong.'),
  password_weak: words(
    'Mật khẩu phải từ 12 ký tự, khó đoán và không chứa tên đăng nhập.',
    'At least 12 characters, hard to guess, and without the login.',
  ),
  setup_code_wrong: words(
    'Mã cài đặt sai, đã dùng hoặc quá 3 ngày. Xin mã mới.',
    'The set-up code is wrong, used or older than three days. Ask for a new one.',
  ),
  login_taken: words(
    'Tên đăng nhập này đã có người dùng. Chọn tên khác.',
    'This login is taken. Choose another.',
  ),
  staff_own: words('Việc này phải do người khác làm cho bạn.', 'Somebody else has to do this for you.'),
  staff_ended: words('Người này đã nghỉ.', 'This person no longer works here.'),
  staff_last_admin: words(
    'Đây là quản trị duy nhất. Thêm một quản trị khác trước.',
    'This is the only administrator. Add another first.',
  ),
  delegation_not_possible: words(
    'Không ủy quyền được cho người này hoặc đến ngày này.',
    'This cannot be handed on to this person, or until that day.',
  ),
  duty_conflict: words(
    'Cùng một ngày, một người không vừa thu, vừa đếm, vừa ký tiền mặt. Nhờ người khác.',
    'Nobody takes, counts and signs for the cash of one day. Ask another person.',
  ),
} as const satisfies Partial<Words<ErrorCode>>
