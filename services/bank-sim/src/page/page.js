import { createPicker, marketOf } from './picker.js'

const $ = (id) => document.getElementById(id)
const form = $('form')
const result = $('result')

const WORDS = {
  request_invalid: 'Mã này không đọc được. Chụp lại cho rõ, hoặc lấy mã khác.',
  amount_invalid: 'Số tiền phải từ 1 đến 499.999.999 đồng. Gõ lại số tiền.',
  not_found: 'Ngân hàng giả lập không biết tài khoản này. Dùng mã của chợ mẫu.',
  fault:
    'Kênh báo của tài khoản này chỉ báo tiền vào, không báo tiền ra. Chọn tài khoản hoặc tình huống khác.',
  nobody: 'Chọn một tài khoản, hoặc dán, chụp mã của sạp.',
  offline: 'Ngân hàng giả lập không trả lời. Xem npm start còn chạy không.',
}

/** What happened, where it is more than a payment. */
const DONE = { out: 'Đã đi ra', reversal: 'Đã chuyển và thu hồi', repeated: 'Đã chuyển hai lần' }

/** Only what a person needs to recognise whom they pay; the bank decodes the code itself. */
function readCode(text) {
  const read = (level) => {
    const fields = {}
    for (let at = 0; at + 4 <= level.length;) {
      const length = Number(level.slice(at + 2, at + 4))
      if (!Number.isInteger(length)) return fields
      fields[level.slice(at, at + 2)] = level.slice(at + 4, at + 4 + length)
      at += 4 + length
    }
    return fields
  }
  const top = read(text.trim())
  const payee = read(read(top['38'] ?? '')['01'] ?? '')
  return { bin: payee['00'], account: payee['01'], amount: top['54'], memo: read(top['62'] ?? '')['08'] }
}

let accounts = []
/** The account picked from the list; null when a code says who is paid. */
let picked = null

const picker = createPicker({
  input: $('picker'),
  list: $('accounts'),
  note: $('found'),
  onChoose: (account) => {
    picked = account
    $('payload').value = ''
    $('memo').value = account?.memo ?? ''
    showPayee(account)
    if (account !== null) $('amount').focus()
  },
})

async function loadAccounts() {
  $('again').hidden = true
  try {
    const response = await fetch('/accounts')
    if (!response.ok) throw new Error('no list')
    accounts = (await response.json()).items
    picker.fill(accounts)
  } catch {
    $('found').textContent = 'Chưa lấy được danh sách. Xem npm start còn chạy không; dán mã vẫn được.'
    $('again').hidden = false
  }
}

/** Shows whom one is about to pay: `payee` is an account of the list, or what a code says of one that is not in it. */
function showPayee(payee) {
  $('payee').hidden = payee === null
  $('memo-note').hidden = payee === null || payee !== picked || payee.memo !== ''
  clearResult()
  if (payee === null) return
  const { holder, name, code, bank, account } = payee
  $('name').textContent = name === undefined ? 'Tài khoản lạ' : `${name} · ${code || marketOf(payee)}`
  $('holder-row').hidden = holder === undefined
  $('holder').textContent = holder ?? ''
  $('account').textContent = `${bank} · ${account}`
}

/** A code was pasted, typed or seen: it says who is paid, and often how much and what for. */
function takeCode() {
  const { bin, account, amount, memo } = readCode($('payload').value)
  picked = null
  picker.clear()
  $('memo').value = memo ?? ''
  if (amount !== undefined) $('amount').value = amount
  if (account === undefined) return showPayee(null)
  showPayee(accounts.find((one) => one.bin === bin && one.account === account) ?? { bank: bin, account })
}

/** What was paid before says nothing of what is chosen now. */
function clearResult() {
  result.className = 'answer'
  result.replaceChildren()
}

function say(kind, title, detail) {
  result.className = `answer ${kind}`
  result.replaceChildren(
    Object.assign(document.createElement('h3'), { textContent: title }),
    Object.assign(document.createElement('p'), { textContent: detail }),
  )
  result.scrollIntoView({ block: 'nearest' })
}

async function readPicture(picture) {
  const { readBarcodes, prepareZXingModule } = globalThis.ZXingWASM
  prepareZXingModule({ overrides: { locateFile: () => '/zxing-reader.wasm' } })
  const found = await readBarcodes(picture, { formats: ['QRCode'], tryHarder: true })
  return found.find(({ isValid }) => isValid)?.text
}

async function takePicture(file) {
  const text = await readPicture(file).catch(() => undefined)
  if (text === undefined)
    return say('bad', 'Không thấy mã trong ảnh', 'Chụp gần hơn, đủ sáng, thấy trọn bốn góc mã.')
  $('payload').value = text
  takeCode()
}

async function openCamera() {
  const video = $('video')
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  } catch {
    return say('bad', 'Không mở được máy ảnh', 'Cho phép dùng máy ảnh, hoặc chọn ảnh mã.')
  }
  video.hidden = false
  await video.play()
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  while (!video.hidden) {
    canvas.width = video.videoWidth
    canvas.height = video.videoHeight
    if (canvas.width > 0) {
      context.drawImage(video, 0, 0)
      const text = await readPicture(context.getImageData(0, 0, canvas.width, canvas.height)).catch(
        () => undefined,
      )
      if (text !== undefined) {
        for (const track of video.srcObject.getTracks()) track.stop()
        video.hidden = true
        $('payload').value = text
        takeCode()
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function pay(event) {
  event.preventDefault()
  const button = $('pay')
  const payload = $('payload').value.trim()
  if (picked === null && payload === '') {
    say('bad', 'Chưa chuyển', WORDS.nobody)
    return $('picker').focus()
  }
  const amount = $('amount').value.replaceAll(/[.\s]/g, '')
  if (!/^[1-9]\d{0,8}$/.test(amount)) {
    say('bad', 'Chưa chuyển', WORDS.amount_invalid)
    return $('amount').focus()
  }
  button.disabled = true
  say('', 'Đang chuyển …', '')
  const body = {
    ...(picked === null ? { payload } : { bin: picked.bin, account: picked.account }),
    amountVnd: Number(amount),
    memo: $('memo').value.trim(),
    ...($('fault').value === '' ? {} : { fault: $('fault').value }),
  }
  try {
    const response = await fetch('/transfers', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer = await response.json()
    const cause = answer.fields?.fault === undefined ? answer.code : 'fault'
    if (!response.ok) return say('bad', 'Chưa chuyển', WORDS[cause] ?? answer.title)
    const stored = answer.deliveries.some(({ status }) => status >= 200 && status < 300)
    const money = `${answer.amountVnd.toLocaleString('vi-VN')}\u00a0đ`
    say(
      stored ? 'good' : 'warn',
      `${DONE[body.fault] ?? 'Đã chuyển'} ${money}`,
      `${answer.holder}. ${stored ? 'Ngân hàng đã báo cho Tiền Về.' : 'Tiền Về chưa nhận được tin của ngân hàng.'}`,
    )
  } catch {
    say('bad', 'Chưa chuyển', WORDS.offline)
  } finally {
    button.disabled = false
  }
}

form.addEventListener('submit', pay)
$('payload').addEventListener('input', takeCode)
$('again').addEventListener('click', loadAccounts)
void loadAccounts()
$('picture').addEventListener(
  'change',
  (event) => event.target.files[0] && takePicture(event.target.files[0]),
)
$('camera').addEventListener('click', openCamera)
document.addEventListener('paste', (event) => {
  const picture = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'))
  if (picture !== undefined) void takePicture(picture)
})
