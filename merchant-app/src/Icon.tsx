const SHAPES = {
  take: 'M3 6h18v12H3zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM6.5 12h.01M17.5 12h.01',
  code: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM20 14v.01M17 18v2h-3M20 18v2',
  helping: 'M4 8l8-4 8 4v9l-8 4-8-4zM8.5 12.5l2.5 2.5 4.5-5',
  today: 'M5 3h14v18l-3-2-4 2-4-2-3 2zM9 8h6M9 12h6',
  owe: 'M4 10v10h16V10M3 10l2-6h14l2 6zM9 20v-6h6v6',
  settings:
    'M4 7h11M19 7h1M4 17h3M11 17h9M17 5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM9 15a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  sound: 'M4 9v6h4l5 4V5L8 9zM17 9a4 4 0 0 1 0 6M19.5 6.5a8 8 0 0 1 0 11',
}

/**
 * A picture beside its word, for whoever reads slowly or not at all: a note, a code, a parcel, a slip, the market, sliders, a
 * loudspeaker. Drawn here, since an old phone's font may lack a sign.
 */
export function Icon({ of }: { of: keyof typeof SHAPES }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={SHAPES[of]} />
    </svg>
  )
}
