export { errorWords, wordsFor } from './errors.ts'
export {
  LanguageProvider,
  LanguageSwitch,
  useLanguage,
  useWords,
  type Language,
  type Words,
} from './language.tsx'
export { Banner, Button, Card, Empty, ErrorPanel, Field, Loading, Money } from './parts.tsx'
export { clockOf, dateOf, monthOf } from './dates.ts'
