import { fileURLToPath } from 'node:url'
import { parentPort } from 'node:worker_threads'
import pdfmake from 'pdfmake'
import type { PageSize, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import { INK, INK_SOFT, RED, type Answer, type PdfDefinition } from './pdf.ts'

const fontFile = (style: string): string =>
  fileURLToPath(import.meta.resolve(`@expo-google-fonts/be-vietnam-pro/${style}/BeVietnamPro_${style}.ttf`))

const FONT = {
  normal: fontFile('400Regular'),
  bold: fontFile('700Bold'),
  italics: fontFile('400Regular_Italic'),
  bolditalics: fontFile('700Bold_Italic'),
}
const FONT_FILES = new Set(Object.values(FONT))
const MM = 72 / 25.4
const PAGES = {
  a4: { size: { width: 210 * MM, height: 297 * MM }, margins: [42, 46, 42, 46] },
  'a4-wide': { size: { width: 297 * MM, height: 210 * MM }, margins: [42, 46, 42, 46] },
  a6: { size: { width: 105 * MM, height: 148 * MM }, margins: [14, 14, 14, 10] },
  'a6-bare': { size: { width: 105 * MM, height: 148 * MM }, margins: [0, 0, 0, 0] },
  'a5-bare': { size: { width: 148 * MM, height: 210 * MM }, margins: [0, 0, 0, 0] },
  'a4-bare': { size: { width: 210 * MM, height: 297 * MM }, margins: [0, 0, 0, 0] },
} as const satisfies Record<
  PdfDefinition['page'],
  { size: PageSize; margins: [number, number, number, number] }
>

pdfmake.setFonts({ BeVietnamPro: FONT })
// A document is made of what it is given: no address is fetched, and no file is read but the typeface.
pdfmake.setUrlAccessPolicy(() => false)
pdfmake.setLocalAccessPolicy((path) => FONT_FILES.has(path))
pdfmake.setTableLayouts({
  report: {
    hLineWidth: () => 0.5,
    vLineWidth: () => 0,
    hLineColor: () => '#b9c4bd',
    fillColor: (row) => (row === 0 ? '#e8eeea' : null),
  },
})

parentPort?.on('message', (definition: PdfDefinition) => {
  layOut(definition).then(
    (pdf) => answer({ pdf }),
    (error: unknown) => answer({ refusal: String(error) }),
  )
})

function answer(message: Answer): void {
  parentPort?.postMessage(message)
}

async function layOut(definition: PdfDefinition): Promise<Uint8Array> {
  refuseLinkedPictures(definition.content)
  return pdfmake.createPdf(documentOf(definition)).getBuffer()
}

function documentOf({ title, madeAt, page, content, label, numbered }: PdfDefinition): TDocumentDefinitions {
  const { size, margins } = PAGES[page]
  return {
    content,
    info: { title, creationDate: madeAt, creator: 'Tiền Về', producer: 'Tiền Về' },
    language: 'vi',
    displayTitle: true,
    version: '1.7',
    pageSize: size,
    pageMargins: [...margins],
    defaultStyle: { font: 'BeVietnamPro', fontSize: 10, lineHeight: 1.15, color: INK },
    header: () =>
      label === undefined
        ? null
        : { text: label, color: RED, bold: true, fontSize: 9, alignment: 'center', margin: [0, 18, 0, 0] },
    footer: (current, count) =>
      numbered === true
        ? {
            text: `Trang ${current}/${count}`,
            color: INK_SOFT,
            fontSize: 9,
            alignment: 'right',
            margin: [margins[0], 16, margins[2], 0],
          }
        : null,
  }
}

/** A picture inside an SVG is opened past both policies, so that an SVG with one is not let in at all. */
function refuseLinkedPictures(node: unknown): void {
  if (typeof node !== 'object' || node === null) return
  for (const [name, value] of Object.entries(node)) {
    if (name === 'svg' && (typeof value !== 'string' || /<\s*image/i.test(value))) {
      throw new Error('an SVG with a picture inside is refused')
    }
    refuseLinkedPictures(value)
  }
}
