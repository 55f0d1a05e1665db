import type { Texts } from "./en.ts";

const plural = new Intl.PluralRules("ru");

function counted(n: number, one: string, few: string, many: string): string {
  const form = plural.select(n);
  return `${n} ${form === "one" ? one : form === "few" ? few : many}`;
}

const booths = (n: number): string => counted(n, "стенд", "стенда", "стендов");

export const ru: Texts = {
  language: "Русский",
  brand: "Pavilion",
  tagline: "Бронирование стендов на плане экспозиции в реальном времени.",
  loading: "Загрузка…",
  close: "Закрыть",
  tryAgain: "Повторить",

  signIn: "Войти",
  signOut: "Выйти",
  account: "Учётная запись",
  password: "Пароль",
  sampleAccounts: "Учётные записи для пробы",
  sampleAccountsHint: "Здесь есть пробные учётные записи. Выберите одну, чтобы заполнить форму.",
  role: { exhibitor: "Экспонент", organizer: "Организатор", service: "Сервис", admin: "Администратор" },
  chooseLanguage: "Язык",

  fair: "Выставка",
  noFair: "Пока нет опубликованных выставок.",
  halls: "Залы",
  hall: (hall) => `Зал ${hall}`,
  noHalls: "У этой выставки пока нет плана экспозиции.",

  floorPlan: "План экспозиции",
  floorPlanOf: (hall) => `План экспозиции: ${hall}`,
  planKeys: "Стрелки ведут от стенда к стенду, Enter или пробел выбирает.",
  zoomIn: "Увеличить",
  zoomOut: "Уменьшить",
  zoomFit: "Целиком",
  legend: "Обозначения",
  state: {
    free: "Свободен",
    held: "Временная бронь",
    reserved: "Забронирован",
    sold: "Продан",
    blocked: "Заблокирован",
    withdrawn: "Снят с плана",
    overlapped: "Площадь занята",
  },
  chosen: "Выбран",
  yours: "Ваш",
  jointStand: "Коллективный стенд",
  jointStandParts: (parts) => `Коллективный стенд, включает ${parts}`,
  partOf: (stand, state) => `Часть коллективного стенда ${stand}: ${state.toLowerCase()}`,
  floorTaken: (stand) => `Площадь занята: ${stand}`,
  unknownState: "Неизвестно",

  booths: "Стенды",
  boothCount: booths,
  findBooth: "Найти стенд по номеру",
  onlyFree: "Только свободные",
  noBoothFound: "Ничего не найдено.",
  area: (m2) => `${m2} м²`,

  selection: "Ваш выбор",
  selected: (n, m2) => `Выбрано: ${booths(n)}, ${m2} м²`,
  hold: "Временная бронь",
  clear: "Очистить",
  removeBooth: (booth) => `Убрать ${booth}`,
  gone: (booths) => `${booths.length === 1 ? "Стенд" : "Стенды"} ${booths.join(", ")} только что заняли.`,
  expired: (booths) =>
    booths.length === 1 ? `Время вышло: стенд ${booths[0]} снова свободен.` : `Время вышло: стенды ${booths.join(", ")} снова свободны.`,

  reservations: "Ваши бронирования",
  reservationsOfFair: "Бронирования",
  noReservations: "Пока нет. Выберите свободные стенды на плане и оформите временную бронь.",
  noReservationsOfFair: "Пока никто не забронировал стенд.",
  showMore: (n) => `Показать ещё (${n})`,
  past: (n) => `Прошлые (${n})`,
  reservationState: {
    held: "Временная бронь",
    confirmed: "Подтверждено",
    sold: "Продано",
    cancelled: "Отменено",
    expired: "Истекло",
  },
  timeLeft: "Осталось",
  timeLeftSpoken: (seconds) =>
    seconds >= 60
      ? `На подтверждение осталось ${counted(Math.round(seconds / 60), "минута", "минуты", "минут")}.`
      : `На подтверждение осталось ${counted(seconds, "секунда", "секунды", "секунд")}.`,
  timeUp: "Время вышло.",
  confirm: "Подтвердить",
  extend: "Продлить",
  cancel: "Отменить",
  ask: {
    cancel: { question: "Вернуть эти стенды?", yes: "Да, отменить", no: "Оставить" },
    sell: {
      question: "Договор заключён? Все участники узнают об этом, и экспонент больше не сможет отменить бронирование.",
      yes: "Да, продано",
      no: "Ещё нет",
    },
  },
  sell: "Отметить проданным",
  done: {
    sell: "Продано. Договор действует.",
    hold: "Стенды временно забронированы. Подтвердите, пока не вышло время.",
    confirm: "Подтверждено. Стенды ваши.",
    extend: "Продлено.",
    cancel: "Отменено. Стенды снова свободны.",
  },

  inbox: "Входящие",
  inboxUnseen: (n) => (n === 0 ? "Входящие" : `Входящие, новых: ${n}`),
  inboxEmpty: "Здесь пусто.",
  markRead: "Отметить прочитанным",
  archive: "В архив",
  archived: "В архиве",
  entryState: { new: "Новое", seen: "Просмотрено", read: "Прочитано", archived: "В архиве" },

  connecting: "Подключение…",
  live: "В реальном времени",
  stale: "Связь потеряна. Данные могли устареть; бронирование станет доступно, когда связь вернётся.",

  problem: {
    "unreachable": "Ответ не пришёл. Ничего не потеряно: нажмите кнопку ещё раз, дважды это не выполнится.",
    "unavailable": "Сервис занят или перезапускается. Нажмите кнопку чуть позже, дважды это не выполнится.",
    "booth-taken": "Кто-то вас опередил.",
    "joint-stand-taken": "Эта площадь входит в стенд, который занят другим.",
    "booth-unknown": "Этого стенда больше нет на плане.",
    "booth-blocked": "Этот стенд снят с продажи.",
    "already-sold": "Договор уже действует; обратитесь к организатору.",
    "csrf-token-missing": "Запрос пришёл без ключа страницы. Обновите страницу.",
    "booth-withdrawn": "Этот стенд снят с плана.",
    "fair-not-open": "Бронирование на эту выставку закрыто.",
    "held-booths-cap": "У вас уже максимум временных броней на этой выставке. Сначала подтвердите или отмените часть.",
    "hold-expired": "Время вышло раньше, чем пришёл запрос. Стенды снова свободны.",
    "extensions-used-up": "Больше продлить нельзя.",
    "admissions-used-up": "Допустить больше участников нельзя.",
    "not-held": "Это уже не временная бронь.",
    "already-confirmed": "Это бронирование уже подтверждено.",
    "already-cancelled": "Это бронирование уже отменено.",
    "not-yours": "Это чужое бронирование.",
    "forbidden": "Этой учётной записи это не разрешено.",
    "signed-out": "Сеанс завершён. Войдите снова.",
    "wrong-credentials": "Неверная учётная запись или пароль.",
    "too-many-attempts": "Слишком много попыток.",
    "unexpected": "Не получилось.",
  },
  waitSeconds: (seconds) => `Повторите через ${counted(seconds, "секунду", "секунды", "секунд")}.`,
  itemOverlapping: (booth, stand, state) => `${booth}: площадь стенда ${stand} (${state.toLowerCase()})`,
  itemTaken: (booth, state) => `${booth}: ${state.toLowerCase()}`,
};
