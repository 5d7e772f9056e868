import { PDFiumLibrary } from '@hyzyla/pdfium'

const ready = PDFiumLibrary.init()

export type ReadPage = {
  text: string
  /** The page's size in points. */
  width: number
  height: number
  /** The page as Chrome would paint it, `scale` pixels a point, as a PPM picture. */
  paint: (scale: number) => Promise<Uint8Array>
}

/** For tests: the pages of a PDF as an independent reader (PDFium) sees them. */
export async function readPdf(pdf: Uint8Array): Promise<ReadPage[]> {
  const library = await ready
  const document = await library.loadDocument(pdf)
  return Array.from(document.pages(), (page) => {
    const { originalWidth, originalHeight } = page.getOriginalSize()
    return {
      text: page.getText().normalize('NFC'),
      width: originalWidth,
      height: originalHeight,
      paint: async (scale) => {
        // Painting closes a page, and a test may want it twice.
        const { data, width, height } = await document
          .getPage(page.number)
          .render({ scale, render: 'bitmap' })
        const pixels = new Uint8Array(width * height * 3)
        for (let at = 0; at < width * height; at++) {
          // Four bytes a pixel, the last of them transparency, which a page does not have.
          pixels.set(data.subarray(at * 4, at * 4 + 3), at * 3)
        }
        return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), pixels])
      },
    }
  })
}
