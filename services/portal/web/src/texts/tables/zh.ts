import type { tables as Words } from "./en.ts";

export const tables: typeof Words = {
  download: "下载",
  booths: "展位",
  reservations: "预订",
  spaceBookings: "场地预订",
  happenings: "事件记录",
  exhibitors: "参展商",
  workbook: (what) => `${what}，工作簿（XLSX）`,
  text: (what) => `${what}，文本（CSV）`,
  preparing: "正在生成…",
  ready: (name) => `${name} 已保存到下载文件夹。`,
  print: "打印",
  printedAt: (when, zone) => `截至 ${when}（${zone} 时区）`,
  yourBooths: "您的展位",
  heldUntil: "保留至",
  number: "预订编号",
  "download-too-large": "行数过多。请缩小范围：缩短时间，或只查一项。",
};
