const $ = (id) => document.getElementById(id)
const form = $('form')
const result = $('result')

const WORDS = {
  request_invalid: 'Mã này không đọc được. Chụp lại cho rõ, hoặc lấy mã khác.',
  amount_invalid: 'Số tiền phải từ 1 đến 499.999.999 đồng. Gõ lại số tiền.',
  not_found: 'Ngân hàng giả lập không biết tài khoản này. Dùng mã của chợ mẫu.',
  offline: 'Ngân hàng giả lập không trả lời. Xem npm start còn chạy không.',
}

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

function showPayee() {
  const { bin, account, amount, memo } = readCode($('payload').value)
  $('payee').hidden = account === undefined
  $('account').textContent = `${bin ?? ''} · ${account ?? ''}`
  $('memo').textContent = memo ?? 'không có'
  if (amount !== undefined) $('amount').value = amount
}

function say(kind, title, detail) {
  result.className = kind
  result.replaceChildren(
    Object.assign(document.createElement('h2'), { textContent: title }),
    Object.assign(document.createElement('p'), { textContent: detail }),
  )
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
  showPayee()
  result.className = ''
  result.replaceChildren()
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
        showPayee()
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function pay(event) {
  event.preventDefault()
  const button = $('pay')
  const amount = $('amount').value.replaceAll(/[.\s]/g, '')
  if (!/^[1-9]\d{0,8}$/.test(amount)) return say('bad', 'Chưa chuyển', WORDS.amount_invalid)
  button.disabled = true
  say('', 'Đang chuyển …', '')
  const body = {
    payload: $('payload').value.trim(),
    amountVnd: Number(amount),
    ...($('fault').value === '' ? {} : { fault: $('fault').value }),
  }
  try {
    const response = await fetch('/transfers', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer = await response.json()
    if (!response.ok) return say('bad', 'Chưa chuyển', WORDS[answer.code] ?? answer.title)
    const stored = answer.deliveries.some(({ status }) => status >= 200 && status < 300)
    const money = `${answer.amountVnd.toLocaleString('vi-VN')} đ`
    say(
      stored ? 'good' : 'warn',
      `Đã chuyển ${money}`,
      `${answer.holder}. ${stored ? 'Ngân hàng đã báo cho Tiền Về.' : 'Tiền Về chưa nhận được tin của ngân hàng.'}`,
    )
  } catch {
    say('bad', 'Chưa chuyển', WORDS.offline)
  } finally {
    button.disabled = false
  }
}

form.addEventListener('submit', pay)
$('payload').addEventListener('input', showPayee)
$('picture').addEventListener(
  'change',
  (event) => event.target.files[0] && takePicture(event.target.files[0]),
)
$('camera').addEventListener('click', openCamera)
document.addEventListener('paste', (event) => {
  const picture = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'))
  if (picture !== undefined) void takePicture(picture)
})
