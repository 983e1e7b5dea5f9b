/** Traditional characters and old forms, each before the one that the titles are written in. */
const PAIRS = `
護护 證证 駕驾 駛驶 國国 簽签 臺台 灣湾 會会 計计 學学 導导 遊游 醫医 師师 資资 業业 員员 務务 吋寸 兩两 藍蓝 紅红 綠绿
漸渐 變变 銀银 農农 畢毕 報报 圖图 規规 標标 準准 電电 話话 試试 測测 級级 機机 軟软 編编 術术 應应 優优 軍军 歷历 曆历
簡简 職职 險险 認认 註注 冊册 執执 藥药 獸兽 嬰婴 單单 無无 發发 體体 檢检 韓韩 馬马 來来 亞亚 紐纽 蘭兰 義义 東东 廣广
雲云 陝陕 貴贵 蘇苏 龍龙 寧宁 遼辽 門门 漢汉 經经 財财 儲储 網网 設设 華华 歐欧 羅罗 補补 辦办 換换 請请 線线 綫线 實实
樣样 麼么 個个 寬宽 張张 聯联 驗验 錄录 終终 車车 載载 療疗 衛卫 專专 與与 幾几 選选 調调 動动 頭头 顏颜 純纯 淺浅 後后
從从 這这 開开 關关 長长 間间 陸陆 陽阳 飯饭 點点 處处 參参 貳贰 額额 碼码 幀帧 顯显 製制 狀状 態态 轉转 類类 種种 條条
運运 輸输 產产 團团 總总 廠厂 質质 習习 課课 領领 裝装 適适 隊队 據据 階阶 際际 維维 達达 遠远 風风 飛飞 龜龟 滿满 屬属
獨独 環环 鐵铁 莊庄 濱滨 島岛 縣县 鄉乡 鎮镇 膚肤 髮发 臉脸 億亿 萬万 紀纪 節节 練练 緊紧 續续 聽听 說说 讀读
寫写 貓猫 貨货 費费 賓宾 賽赛 贈赠 進进 違违 鄰邻 醬酱 釋释 針针 鋼钢 錢钱 閱阅 陳陈 難难 靜静 順顺 預预 項项 養养
`;

const SIMPLIFIED = new Map(
  PAIRS.trim()
    .split(/\s+/)
    .map(([traditional, simplified]) => [traditional!, simplified!]),
);

/** The same text in simplified characters. */
export function simplified(text: string): string {
  return text.replace(/\p{Script=Han}/gu, char => SIMPLIFIED.get(char) ?? char);
}
