import { createPicker, element, marketOf, mask } from './picker.js'

const $ = (id) => document.getElementById(id)

const PROVIDERS = {
  sepay: 'SePay',
  casso: 'Casso',
  payos: 'payOS',
  vietqrvn: 'VietQR.vn',
  standard: 'Standard Webhooks',
}

/** What each provider can prove itself by, the first as the set-up proposes it. */
const SCHEMES = {
  sepay: ['hmac', 'api-key', 'token', 'none'],
  casso: ['hmac', 'api-key'],
  payos: ['hmac'],
  vietqrvn: ['token'],
  standard: ['hmac'],
}

const WORDS = {
  url: 'Địa chỉ này không phải của Tiền Về đang chạy. Chép lại cả dòng.',
  provider: 'Địa chỉ này không phải của Tiền Về đang chạy. Chép lại cả dòng.',
  secret: 'Chưa có khóa. Chép khóa mà Tiền Về đã cho xem.',
  accounts: 'Chọn ít nhất một tài khoản, của một chợ thôi.',
  test: 'Tin thử của nhà cung cấp này trông như tiền thật: hãy chuyển một khoản nhỏ ở trên.',
  offline: 'Ngân hàng giả lập không trả lời. Xem npm start còn chạy không.',
}

let chosen = []

const picker = createPicker({
  input: $('bound'),
  list: $('bindable'),
  note: $('bound-note'),
  onChoose: (account) => {
    if (account === null) return
    if (!chosen.some((one) => isSame(one, account))) chosen = [...chosen, account]
    picker.clear()
    showChosen()
  },
})

function isSame(one, other) {
  return one.bin === other.bin && one.account === other.account
}

function button(text, isQuiet, onClick) {
  const made = element('button', isQuiet ? 'button quiet' : 'button', text)
  made.type = 'button'
  made.addEventListener('click', onClick)
  return made
}

function showChosen() {
  $('chosen').replaceChildren(
    ...chosen.map((one) =>
      element(
        'li',
        'row',
        element('b', '', one.code === '' ? `${one.name} · ${marketOf(one)}` : `${one.name} · ${one.code}`),
        element('span', '', `${one.bank} · ${mask(one.account)}`),
        button('Bỏ ra', true, () => {
          chosen = chosen.filter((other) => !isSame(other, one))
          showChosen()
        }),
      ),
    ),
  )
}

function providerOf(url) {
  const name = /\/webhooks\/([a-z]+)\/con_/.exec(url)?.[1]
  return name !== undefined && Object.hasOwn(PROVIDERS, name) ? name : null
}

function showProvider() {
  const provider = providerOf($('url').value)
  $('provider').textContent =
    provider === null ? 'Nhà cung cấp nào thì địa chỉ đã nói.' : `Nhà cung cấp: ${PROVIDERS[provider]}`
  const allowed = SCHEMES[provider] ?? SCHEMES.sepay
  for (const one of $('scheme').options) one.hidden = !allowed.includes(one.value)
  if (!allowed.includes($('scheme').value)) $('scheme').value = allowed[0]
  showScheme()
}

function showScheme() {
  const scheme = $('scheme').value
  $('secret-row').hidden = scheme === 'none'
  $('user-row').hidden = scheme !== 'token'
  $('secret-label').firstChild.textContent = scheme === 'token' ? 'Client Secret, Password ' : 'Khóa '
}

function say(where, kind, title, ...lines) {
  where.className = `answer ${kind}`
  where.replaceChildren(element('h3', '', title), ...lines)
  where.scrollIntoView({ block: 'nearest' })
}

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  return { isOk: response.ok, answer: await response.json() }
}

async function save(event) {
  event.preventDefault()
  const scheme = $('scheme').value
  const secret = $('secret').value.trim()
  const where = $('saved')
  try {
    const { isOk, answer } = await call('POST', '/connections', {
      provider: providerOf($('url').value) ?? '',
      url: $('url').value.trim(),
      scheme,
      ...(scheme === 'none'
        ? {}
        : { secret: scheme === 'token' && secret !== '' ? `${$('user').value.trim()}:${secret}` : secret }),
      accounts: chosen.map(({ bin, account }) => ({ bin, number: account })),
    })
    if (!isOk) {
      const [field] = Object.keys(answer.fields ?? {})
      return say(where, 'bad', 'Chưa lưu', element('p', '', WORDS[field?.split('/')[0]] ?? answer.title))
    }
    say(
      where,
      'good',
      'Đã lưu nguồn',
      ...(answer.pullKey === null
        ? []
        : [
            element('p', '', 'Khóa API để hỏi lại danh sách, dán vào trang kết nối:'),
            element('code', '', answer.pullKey),
          ]),
      element('p', '', 'Bấm Gửi tin thử ở danh sách các nguồn.'),
    )
    await showConnections()
  } catch {
    say(where, 'bad', 'Chưa lưu', element('p', '', WORDS.offline))
  }
}

async function test(one) {
  const where = $('tried')
  try {
    const { isOk, answer } = await call('POST', `/connections/${one.id}/test`)
    if (!isOk) return say(where, 'warn', 'Không có tin thử', element('p', '', WORDS.test))
    const { status } = answer.deliveries.at(-1)
    if (status === 200) return say(where, 'good', 'Tiền Về đã nhận tin thử')
    const why = status === null ? 'Tiền Về không trả lời.' : `Tiền Về trả lời ${status}.`
    return say(where, 'bad', 'Tin thử bị từ chối', element('p', '', why))
  } catch {
    return say(where, 'bad', 'Chưa gửi', element('p', '', WORDS.offline))
  }
}

async function silence(one) {
  await call('PUT', `/connections/${one.id}/silent`, { isSilent: !one.isSilent })
  await showConnections()
}

async function showConnections() {
  const { answer } = await call('GET', '/connections')
  $('connections').replaceChildren(
    // Those that somebody set up first: they are what one looks for.
    ...answer.items
      .toSorted((a, b) => Number(a.isOfDemo) - Number(b.isOfDemo))
      .map((one) => {
        const name = `${PROVIDERS[one.provider] ?? one.provider} · ${marketOf(one)}`
        const row = element(
          'li',
          one.isSilent ? 'row silent' : 'row',
          element('b', '', one.isSilent ? `${name}: đang im lặng` : name),
          element(
            'span',
            '',
            `${one.accountCount} tài khoản · ${one.isOfDemo ? 'có sẵn' : 'nối thêm'} · mã\u00a0${one.id.slice(-6)}`,
          ),
          element(
            'div',
            'pair',
            button('Gửi tin thử', true, () => test(one)),
            button(one.isSilent ? 'Cho báo lại' : 'Làm im lặng', true, () => silence(one)),
          ),
        )
        row.dataset.connection = one.id
        return row
      }),
  )
}

$('url').addEventListener('input', showProvider)
$('scheme').addEventListener('change', showScheme)
$('connect').addEventListener('submit', save)
showScheme()
// Without the server there is nothing to choose from, which the list above this says already.
void call('GET', '/accounts')
  .then(({ answer }) => picker.fill(answer.items))
  .then(showConnections)
  .catch(() => {})
