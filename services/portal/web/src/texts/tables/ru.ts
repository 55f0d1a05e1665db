import type { tables as Words } from "./en.ts";

export const tables: typeof Words = {
  download: "Скачать",
  booths: "Стенды",
  reservations: "Бронирования",
  spaceBookings: "Бронирования пространств",
  happenings: "Что произошло",
  exhibitors: "Экспоненты",
  workbook: (what) => `${what}, таблица (XLSX)`,
  text: (what) => `${what}, текст (CSV)`,
  preparing: "Готовится…",
  ready: (name) => `${name} — в ваших загрузках.`,
  print: "Печать",
  printedAt: (when, zone) => `По состоянию на ${when}, часовой пояс ${zone}`,
  yourBooths: "Ваши стенды",
  heldUntil: "Бронь до",
  number: "Бронирование",
  "download-too-large": "Получилось бы слишком много строк. Сузьте поиск: меньше времени или что-то одно.",
};
