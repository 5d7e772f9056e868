import './hearing.css'
import type { FeedState } from '@tienve/contracts'
import { Banner, useWords } from '@tienve/ui'
import { useEffect } from 'react'
import { Icon } from './Icon.tsx'
import type { Live } from './live/use-live.ts'
import type { UsedVoice } from './voice/use-voice.ts'

const WORDS = {
  unlock: { vi: 'Bấm để bật tiếng', en: 'Tap to turn sound on' },
  lost: {
    vi: 'Mất mạng. Chưa nghe được tiền về. Xem máy khách không tính.',
    en: 'No network. We cannot hear money. A shopper’s screen does not count.',
  },
  lostHelp: {
    vi: 'Bật 4G hoặc Wi-Fi, ra chỗ có sóng.',
    en: 'Turn on 4G or Wi-Fi, or go where there is signal.',
  },
  again: { vi: 'Thử lại ngay', en: 'Try again now' },
  deaf: {
    vi: 'Ngân hàng im lâu. Chưa nghe được tiền về. Xem app ngân hàng rồi hãy đưa hàng.',
    en: 'The bank has gone quiet. We cannot hear money. Look in your bank’s app before you hand over goods.',
  },
  late: {
    vi: 'Ngân hàng báo chậm. Tiền về chưa báo ngay: chờ một phút, hoặc xem app ngân hàng.',
    en: 'The bank tells late. Money is not told of at once: wait a minute, or look in your bank’s app.',
  },
  none: {
    vi: 'Tài khoản này chưa nghe được, xem app ngân hàng.',
    en: 'This account cannot be heard: look in your bank’s app.',
  },
  stopped: {
    vi: 'Mất tiếng: điện thoại đã tắt tiếng của app. Bấm để bật lại.',
    en: 'No sound: the phone has silenced the app. Tap to turn it on again.',
  },
  missing: {
    vi: 'Chưa tải được tiếng nói. Cần mạng một lần. Bấm để tải lại.',
    en: 'The voice could not be fetched. It needs the network once. Tap to try again.',
  },
  stuck: {
    vi: 'Tiếng bị kẹt, không phát ra. Bấm để bật lại.',
    en: 'The sound is stuck. Tap to open it again.',
  },
  quiet: {
    vi: 'Tiếng đang để nhỏ nhất, không nghe được. Bấm để bật to.',
    en: 'The voice is turned down and cannot be heard. Tap to turn it up.',
  },
}

/** How well the stall is heard: `on` alone lets anybody trust that silence means no money. */
type Hearing = 'on' | 'connecting' | 'lost' | 'deaf' | 'late' | 'none' | 'silent'

/**
 * Why money may come and nobody hear of it, and what to do: first what keeps us from the bank, then what keeps her from
 * us. One line of each, the worst.
 */
export function HearingBanners({
  live,
  feed,
  voice,
}: {
  live: Live
  feed: FeedState | undefined
  voice: UsedVoice
}) {
  const hearing = hearingOf(live.state, feed, voice.sound)
  useEffect(() => {
    document.documentElement.dataset['hearing'] = hearing
  }, [hearing])
  return (
    <>
      <BankBanner live={live} feed={feed} />
      <SoundBanner voice={voice} />
    </>
  )
}

function BankBanner({ live, feed }: { live: Live; feed: FeedState | undefined }) {
  const w = useWords(WORDS)
  if (live.state === 'lost')
    return (
      <Banner kind="bad" testId="stream-lost">
        <p>{w.lost}</p>
        <p className="hearing-help">
          <span>{w.lostHelp}</span>
          <button type="button" className="hearing-again" onClick={live.retry}>
            {w.again}
          </button>
        </p>
      </Banner>
    )
  if (feed !== 'deaf' && feed !== 'late' && feed !== 'none') return null
  return (
    <Banner kind={feed === 'deaf' ? 'bad' : 'warn'} testId={`feed-${feed}`}>
      {w[feed]}
    </Banner>
  )
}

/** A tap anywhere unlocks the sound; this says so, and turns it up where that is what is wrong. */
function SoundBanner({ voice }: { voice: UsedVoice }) {
  const w = useWords(WORDS)
  const { sound } = voice
  if (sound === 'on') return null
  return (
    <button
      type="button"
      className={`unlock ${sound}`}
      data-testid={`sound-${sound}`}
      onClick={() => {
        if (sound === 'quiet') voice.setVolume(1)
        void voice.unlock().catch(() => {})
      }}
    >
      <Icon of="sound" /> <span>{sound === 'untouched' ? w.unlock : w[sound]}</span>
    </button>
  )
}

function hearingOf(state: Live['state'], feed: FeedState | undefined, sound: UsedVoice['sound']): Hearing {
  if (state !== 'live') return state
  if (feed === 'deaf' || feed === 'late' || feed === 'none') return feed
  return sound === 'on' ? 'on' : 'silent'
}
