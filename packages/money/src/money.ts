export {
  addQuantities,
  leastQuantity,
  multiplyRate,
  partVat,
  percentOf,
  shareQuantity,
  sumRates,
  takeQuantity,
  vatOn,
  type Rated,
  type Share,
} from './rate.ts'
export { formatNumber, formatVnd, parseVnd, vnd, vndToJson, type Vnd } from './vnd.ts'
export { spellVnd, spellWords } from './words.ts'
