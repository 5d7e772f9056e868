import { qrSvg } from '@tienve/vietqr/image'

/** A code as a picture that needs no network to be drawn. A demo's code says across itself that it is one. */
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
