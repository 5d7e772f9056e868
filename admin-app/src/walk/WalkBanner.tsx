import type { Me } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { fill, useWords } from '@tienve/ui'
import { useSyncExternalStore } from 'react'
import { useQueue, useSync } from './phone.ts'
import { isSilence, isUnread, waitingOf } from './queue.ts'

const WORDS = {
  online: { vi: 'Có mạng · đã gửi hết', en: 'Online · everything is sent' },
  sending: { vi: 'Có mạng · đang gửi {count} khoản', en: 'Online · sending {count}' },
  offline: { vi: 'Mất mạng · cứ thu tiếp, máy giữ', en: 'Offline · go on, the phone keeps it' },
  offlineWith: { vi: 'Mất mạng · {count} khoản chưa gửi ({sum})', en: 'Offline · {count} not sent ({sum})' },
  trouble: {
    vi: 'Máy chủ chưa nhận · {count} khoản chưa gửi ({sum})',
    en: 'Not taken yet · {count} not sent ({sum})',
  },
  looking: { vi: 'Đang nối mạng …', en: 'Looking for a network …' },
  unread: { vi: '{count} cần xem', en: '{count} to read' },
  see: { vi: 'Xem', en: 'See' },
}

/** On every page of a collector: is there a network, and what has not been sent. */
export function WalkBanner({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const sync = useSync(me)
  const queue = useQueue(me)
  const hasNetwork = useSyncExternalStore(onNetwork, () => navigator.onLine)
  const { count, cashVnd } = waitingOf(queue)
  const values = { count, sum: formatVnd(cashVnd) }
  const unread = queue.filter(isUnread).length
  const isOffline = !hasNetwork || (sync.isError && isSilence(sync.error))
  const [kind, text] = isOffline
    ? (['warn', count === 0 ? w.offline : fill(w.offlineWith, values)] as const)
    : sync.isError
      ? (['warn', fill(w.trouble, values)] as const)
      : sync.isPending
        ? (['info', w.looking] as const)
        : count > 0
          ? (['info', fill(w.sending, values)] as const)
          : (['good', w.online] as const)
  return (
    <div className={`net ${kind}`} role="status" data-testid="net">
      <span>{text}</span>
      {count > 0 || unread > 0 ? (
        <a href="#/walk/sent">{unread > 0 ? fill(w.unread, { count: unread }) : w.see}</a>
      ) : null}
    </div>
  )
}

function onNetwork(changed: () => void): () => void {
  window.addEventListener('online', changed)
  window.addEventListener('offline', changed)
  return () => {
    window.removeEventListener('online', changed)
    window.removeEventListener('offline', changed)
  }
}
