import { qrSvg } from '@tienve/vietqr/image'

/** A code as a picture that needs no network to be drawn. With `demo` it says across itself that nobody is to pay it. */
export function QrCode({ payload, demo, label }: { payload: string; demo: boolean; label: string }) {
  return (
    <img
      className="qr"
      data-testid="qr"
      data-payload={payload}
      alt={label}
      src={`data:image/svg+xml,${encodeURIComponent(qrSvg(payload, { demo }))}`}
    />
  )
}
