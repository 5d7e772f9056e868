export { multiplyRate, partVat, vatOn } from './rate.ts'
export { formatNumber, formatVnd, parseVnd, vnd, vndToJson, type Vnd } from './vnd.ts'
export { spellVnd, spellWords } from './words.ts'
