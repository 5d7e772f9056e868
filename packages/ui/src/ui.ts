export { DeviceRows } from './devices.tsx'
export { errorWords, wordsFor } from './errors.ts'
export {
  ConnectionMark,
  ConnectionStanding,
  CopyValue,
  FIRST_CHOICE,
  isPasted,
  Oddities,
  ProviderFields,
  pullProblemWords,
  SetupSteps,
  type ProviderChoice,
} from './feeds.tsx'
export {
  fill,
  LanguageProvider,
  LanguageSwitch,
  useLanguage,
  useWords,
  type Language,
  type Words,
} from './language.tsx'
export { Banner, Button, Card, Empty, ErrorPanel, Field, Loading, Mark, Money, Select } from './parts.tsx'
export { InvitationCards, MarketSwitch } from './markets.tsx'
export { QrCode } from './QrCode.tsx'
export { createSession, ME } from './session.ts'
export { clockOf, dateOf, fullDateOf, monthOf, whenOf } from './dates.ts'
export { browserStore, type Store } from './store.ts'
export { isStatementRead, StatementProgress, StatementRefusal } from './statements.tsx'
