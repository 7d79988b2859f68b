import { useLanguage } from "../../i18n/language";

/** Money and times as the user's language writes them. */
export function useFigures() {
  const language = useLanguage();
  const dollars = new Intl.NumberFormat(language, { style: "currency", currency: "USD", maximumFractionDigits: 4 });
  const unit = (name: string, digits = 0) =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits });
  const [minutes, seconds, tenths, milliseconds] = [unit("minute"), unit("second"), unit("second", 1), unit("millisecond")];
  return {
    dollars: (value: number) => dollars.format(value),
    duration: (ms: number) => {
      if (ms < 1000) return milliseconds.format(Math.round(ms));
      if (ms < 60_000) return tenths.format(ms / 1000);
      const whole = Math.round(ms / 1000);
      return [minutes.format(Math.floor(whole / 60)), ...(whole % 60 ? [seconds.format(whole % 60)] : [])].join(" ");
    },
  };
}
