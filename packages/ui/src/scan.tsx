import type { CodeResult } from '@tienve/contracts'
import { readPixels } from '@tienve/vietqr/scan'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { fill, useWords } from './language.tsx'

export type Read = { payload: string; by: 'camera' | 'photo' }

type CameraState = 'asking' | 'live' | 'slow' | 'refused' | 'none' | 'insecure'

const WORDS = {
  asking: { vi: 'Máy hỏi thì bấm Cho phép để mở máy ảnh.', en: 'Allow the camera when the phone asks.' },
  live: { vi: 'Đưa mã vào giữa khung.', en: 'Hold the code in the middle.' },
  slow: {
    vi: 'Chưa đọc được. Đưa máy gần hơn, chỗ sáng hơn, lau sạch mã và ống kính.',
    en: 'Not read yet. Go closer, find more light, wipe the code and the lens.',
  },
  refused: {
    vi: 'Máy ảnh đang bị chặn. Bấm Chụp ảnh mã, hoặc cho phép máy ảnh trong cài đặt của trình duyệt.',
    en: 'The camera is blocked. Take a picture instead, or allow it in the browser’s settings.',
  },
  none: {
    vi: 'Máy này không mở được máy ảnh. Bấm Chụp ảnh mã.',
    en: 'No camera here. Take a picture instead.',
  },
  insecure: {
    vi: 'Trang này không mở bằng https nên không dùng được máy ảnh. Bấm Chụp ảnh mã.',
    en: 'Without https there is no live camera. Take a picture instead.',
  },
  photo: { vi: 'Chụp ảnh mã', en: 'Take a picture' },
  reading: { vi: 'Đang đọc ảnh …', en: 'Reading the picture …' },
  private: { vi: 'Ảnh ở lại trong máy, không gửi đi đâu.', en: 'The picture stays on this phone.' },
}

/** A stall's code fills a good part of the frame: more pixels than this only cost a cheap phone time. */
const FRAME_SIDE = 480
const FRAME_EVERY_MS = 120
const SLOW_AFTER_MS = 7_000
/** A code that is small in a photo needs the larger one, and one that is blurred is found in the smaller. */
const PHOTO_SIDES = [1_600, 800]

/**
 * Reads a code by the camera, or from a picture where there is none. Nothing leaves the phone: `onRead` gets what the code says,
 * and `onUnread` is told of a picture in which there is none that can be read.
 */
export function CodeScanner({ onRead, onUnread }: { onRead: (read: Read) => void; onUnread: () => void }) {
  const w = useWords(WORDS)
  const video = useRef<HTMLVideoElement>(null)
  const state = useCamera(video, onRead)
  const [isReading, setReading] = useState(false)
  const readFile = async (file: File): Promise<void> => {
    setReading(true)
    const payload = await readPhoto(file)
    setReading(false)
    if (payload === null) onUnread()
    else onRead({ payload, by: 'photo' })
  }
  const isOn = state === 'live' || state === 'slow'
  return (
    <div className="scan">
      <div className={isOn ? 'scan-frame' : 'scan-frame off'}>
        <video ref={video} muted playsInline aria-hidden="true" />
      </div>
      <p role="status" className="scan-say" data-testid="scan-state" data-state={state}>
        {isReading ? w.reading : w[state]}
      </p>
      <label className={isOn || state === 'asking' ? 'tv-button quiet scan-photo' : 'tv-button scan-photo'}>
        {w.photo}
        <input
          type="file"
          accept="image/*"
          capture="environment"
          onChange={(event) => {
            const [file] = event.target.files ?? []
            // The same picture may be chosen again.
            event.target.value = ''
            if (file !== undefined) void readFile(file)
          }}
        />
      </label>
      <p className="scan-small">{w.private}</p>
    </div>
  )
}

function useCamera(video: RefObject<HTMLVideoElement | null>, onRead: (read: Read) => void): CameraState {
  const [state, setState] = useState<CameraState>(() =>
    window.isSecureContext && 'mediaDevices' in navigator ? 'asking' : 'insecure',
  )
  const isPossible = state !== 'insecure'
  const told = useRef(onRead)
  useEffect(() => {
    told.current = onRead
  }, [onRead])
  useEffect(() => {
    const shown = video.current
    if (!isPossible || shown === null) return
    return lookThrough(shown, setState, (payload) => told.current({ payload, by: 'camera' }))
  }, [video, isPossible])
  return state
}

/** Shows what the camera sees until a code in it is read. Answers how to stop. */
function lookThrough(
  shown: HTMLVideoElement,
  onState: (state: CameraState) => void,
  onPayload: (payload: string) => void,
): () => void {
  let stream: MediaStream | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  const canvas = document.createElement('canvas')
  const look = (startedAt: number): void => {
    if (isOver) return
    const payload = shown.videoWidth === 0 ? null : readFrom(canvas, shown, FRAME_SIDE, 'frame')
    if (payload !== null) {
      onPayload(payload)
      return
    }
    if (Date.now() - startedAt > SLOW_AFTER_MS) onState('slow')
    timer = setTimeout(look, FRAME_EVERY_MS, startedAt)
  }
  const stop = (): void => {
    isOver = true
    clearTimeout(timer)
    for (const track of stream?.getTracks() ?? []) track.stop()
  }
  const start = async (): Promise<void> => {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'environment', width: { ideal: 1_280 } },
    })
    if (isOver) return stop()
    shown.srcObject = stream
    await shown.play()
    onState('live')
    look(Date.now())
  }
  start().catch((error: unknown) => {
    const isRefused = error instanceof DOMException && error.name === 'NotAllowedError'
    if (!isOver) onState(isRefused ? 'refused' : 'none')
  })
  return stop
}

/** What the code in a picture says; null where none can be read, or it is no picture. */
async function readPhoto(file: File): Promise<string | null> {
  try {
    const picture = await createImageBitmap(file)
    const canvas = document.createElement('canvas')
    for (const side of PHOTO_SIDES) {
      const payload = readFrom(canvas, picture, side, 'photo')
      if (payload !== null) return payload
    }
    return null
  } catch {
    return null
  }
}

function readFrom(
  canvas: HTMLCanvasElement,
  from: HTMLVideoElement | ImageBitmap,
  side: number,
  of: 'frame' | 'photo',
): string | null {
  const [width, height] =
    from instanceof ImageBitmap ? [from.width, from.height] : [from.videoWidth, from.videoHeight]
  const scale = Math.min(1, side / (of === 'frame' ? Math.min(width, height) : Math.max(width, height)))
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const brush = canvas.getContext('2d', { willReadFrequently: true })
  if (brush === null) return null
  brush.drawImage(from, 0, 0, canvas.width, canvas.height)
  return readPixels(brush.getImageData(0, 0, canvas.width, canvas.height), of)
}

const VERDICTS = {
  right: { vi: 'ĐÚNG', en: 'RIGHT' },
  old: { vi: 'MÃ CŨ', en: 'AN OLD CODE' },
  other_stall: { vi: 'SAI', en: 'WRONG' },
  wrong: { vi: 'SAI', en: 'WRONG' },
  not_vietqr: { vi: 'KHÔNG PHẢI MÃ VIETQR', en: 'NOT A VIETQR CODE' },
  unread: { vi: 'KHÔNG ĐỌC ĐƯỢC', en: 'CANNOT BE READ' },
  doNotPay: { vi: 'KHÔNG TRẢ TIỀN VÀO MÃ NÀY', en: 'DO NOT PAY THIS CODE' },
}
const WHY = {
  right: { vi: 'Mã này trả vào tài khoản của sạp.', en: 'This code pays the stall’s own account.' },
  old: {
    vi: 'Mã này trả vào tài khoản sạp không dùng nữa. In mã mới dán thay.',
    en: 'It pays an account that the stall no longer has. Print the new code.',
  },
  other_stall: { vi: 'Đây là mã của sạp khác: {code}.', en: 'This is another stall’s code: {code}.' },
  wrong: {
    vi: 'Mã này trả vào tài khoản không phải của sạp.',
    en: 'This code pays an account that is not the stall’s.',
  },
  not_vietqr: {
    vi: 'Không trả tiền vào mã này. Soi lại đúng mã ngân hàng của sạp.',
    en: 'Do not pay it. Scan the stall’s bank code.',
  },
  unread: {
    vi: 'Đưa máy gần hơn, chỗ sáng hơn, lau sạch mã và ống kính, rồi chụp lại.',
    en: 'Go closer, find more light, wipe the code and the lens, then try again.',
  },
}

/** One word and one colour: whether the code at the stall pays the stall. */
export function CodeVerdict({
  result,
  otherStallCode = null,
}: {
  result: CodeResult | 'unread'
  otherStallCode?: string | null
}) {
  const verdicts = useWords(VERDICTS)
  const why = useWords(WHY)
  const isAlarm = result === 'wrong' || result === 'other_stall' || result === 'old'
  const kind = result === 'right' ? 'good' : isAlarm ? 'bad' : 'unsure'
  return (
    <div className={`scan-verdict ${kind}`} role="alert" data-testid="code-verdict" data-result={result}>
      <p className="scan-word">{verdicts[result]}</p>
      {isAlarm ? <p className="scan-stop">{verdicts.doNotPay}</p> : null}
      <p>{fill(why[result], { code: otherStallCode ?? '' })}</p>
    </div>
  )
}
