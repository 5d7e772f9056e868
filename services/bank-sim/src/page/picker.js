/** More would be a list to scroll, not to choose from: whoever looks for one types a little of it. */
const SHOWN = 40

/** `Bánh Đúc` is found by `banh duc`: people type without marks. */
function plain(text) {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/[đĐ]/g, 'd').toLowerCase()
}

/** The last four digits, as people know their account. */
export function mask(number) {
  return `••••\u00a0${number.slice(-4)}`
}

export function marketOf({ market }) {
  return market.replace(/ \(.*\)$/, '')
}

/** The accounts in which every typed word occurs, in the order of the list. */
function search(accounts, typed) {
  const words = plain(typed).split(/\s+/).filter(Boolean)
  return accounts.filter((one) => {
    const text = plain([one.name, one.code, one.bank, one.holder, one.market, one.account].join(' '))
    return words.every((word) => text.includes(word))
  })
}

/** An element with a class ('' for none) and what is in it. */
export function element(tag, className, ...children) {
  const made = document.createElement(tag)
  if (className !== '') made.className = className
  made.append(...children)
  return made
}

function option(listId, account, at) {
  const { name, code, bank, account: number } = account
  const made = element(
    'li',
    'option',
    element('span', 'option-name', name),
    element('span', 'option-more', [code || marketOf(account), bank, mask(number)].join(' · ')),
  )
  made.id = `${listId}-${at}`
  made.setAttribute('role', 'option')
  made.setAttribute('aria-selected', 'false')
  return made
}

/**
 * A field in which one searches an account and chooses it, by touch, mouse or keys (arrows, Enter, Escape).
 * `onChoose` is given the account. Answers `clear`, for when a code is used instead.
 */
export function createPicker({ input, list, note, onChoose }) {
  let accounts = []
  let found = []
  let active = -1
  let chosen = null

  const open = (isOpen) => {
    list.hidden = !isOpen || found.length === 0
    input.setAttribute('aria-expanded', String(!list.hidden))
    if (list.hidden) setActive(-1)
  }
  const setActive = (at) => {
    list.children[active]?.setAttribute('aria-selected', 'false')
    active = at
    const one = list.children[active]
    one?.setAttribute('aria-selected', 'true')
    one?.scrollIntoView({ block: 'nearest' })
    if (one === undefined) input.removeAttribute('aria-activedescendant')
    else input.setAttribute('aria-activedescendant', one.id)
  }
  const show = () => {
    const all = search(accounts, chosen === null ? input.value : '')
    found = all.slice(0, SHOWN)
    list.replaceChildren(...found.map((one, at) => option(list.id, one, at)))
    setActive(-1)
    note.textContent =
      all.length === 0
        ? `Không có tài khoản nào khớp “${input.value.trim()}”. Gõ tên, mã sạp hoặc ngân hàng khác.`
        : all.length > found.length
          ? `Hiện ${found.length} trong ${all.length} tài khoản. Gõ thêm để tìm.`
          : `${all.length} tài khoản.`
    open(true)
  }
  const choose = (account) => {
    chosen = account
    input.value =
      account.code === '' ? `${account.name} · ${marketOf(account)}` : `${account.name} · ${account.code}`
    note.textContent = ''
    open(false)
    onChoose(account)
  }
  const move = (step) => {
    if (list.hidden) show()
    const from = active < 0 && step < 0 ? 0 : active
    if (found.length > 0) setActive((from + step + found.length) % found.length)
  }

  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => choose(found[Math.max(active, 0)]),
    Escape: () => open(false),
  }
  input.addEventListener('keydown', (event) => {
    // An open list takes Enter for itself; the form must not be sent with it.
    const isMine = Object.hasOwn(keys, event.key) && (event.key !== 'Enter' || !list.hidden)
    if (!isMine || accounts.length === 0) return
    event.preventDefault()
    keys[event.key]()
  })
  input.addEventListener('input', () => {
    if (chosen !== null) onChoose((chosen = null))
    show()
  })
  input.addEventListener('focus', () => accounts.length > 0 && input.select())
  input.addEventListener('click', () => accounts.length > 0 && show())
  input.addEventListener('blur', () => open(false))
  // Before the field loses its focus, which would close the list under the finger.
  list.addEventListener('pointerdown', (event) => event.preventDefault())
  list.addEventListener('click', (event) => {
    const at = [...list.children].indexOf(event.target.closest('li'))
    if (found[at] !== undefined) choose(found[at])
  })

  return {
    fill: (all) => {
      accounts = all
      note.textContent = `${all.length} tài khoản của chợ mẫu.`
    },
    clear: () => {
      chosen = null
      input.value = ''
      open(false)
    },
  }
}
