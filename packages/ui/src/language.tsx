import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'

export type Language = 'vi' | 'en'

/** Words in both languages; a message without one of them does not compile. */
export type Words<K extends string = string> = Record<K, { vi: string; en: string }>

const STORAGE_KEY = 'tienve.language'
const LanguageContext = createContext<{ language: Language; setLanguage: (language: Language) => void }>({
  language: 'vi',
  setLanguage: () => {},
})

/** Vietnamese first; the choice stays on this device. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() =>
    localStorage.getItem(STORAGE_KEY) === 'en' ? 'en' : 'vi',
  )
  useEffect(() => {
    localStorage.setItem(STORAGE_KEY, language)
    document.documentElement.lang = language
  }, [language])
  return <LanguageContext.Provider value={{ language, setLanguage }}>{children}</LanguageContext.Provider>
}

export function useLanguage(): Language {
  return useContext(LanguageContext).language
}

/** Picks one language of a table of words: `const w = useWords(WORDS); w.save`. */
export function useWords<K extends string>(words: Words<K>): Record<K, string> {
  const language = useLanguage()
  const picked: Partial<Record<K, string>> = {}
  for (const key in words) picked[key] = words[key][language]
  // Every key of `words` was visited just above.
  return picked as Record<K, string>
}

/** Puts values into a sentence, since each language wants them in its own order: `fill('{count} khoản', { count: 3 })`. */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** Shows the other language by its own name, since whoever needs it cannot read this one. */
export function LanguageSwitch() {
  const { language, setLanguage } = useContext(LanguageContext)
  const other = language === 'vi' ? 'en' : 'vi'
  return (
    <button type="button" className="tv-button quiet small" lang={other} onClick={() => setLanguage(other)}>
      {other === 'en' ? 'English' : 'Tiếng Việt'}
    </button>
  )
}
