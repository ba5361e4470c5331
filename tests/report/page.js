// Opens a page in a real browser at two widths, light and dark: what it complained of, what it asked for, what does not fit.
const { chromium } = require("playwright-core");

(async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
  const results = [];
  for (const [device, width, height] of [["phone", 390, 844], ["desktop", 1280, 900]]) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme });
      const complaints = [], requests = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("request", (request) => requests.push(request.url()));
      await page.goto(process.env.PAGE);
      await page.evaluate(() => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
      const measured = await page.evaluate(() => ({
        overflow: document.documentElement.scrollWidth - window.innerWidth,
        lines: [...document.querySelectorAll("polyline")].map((line) => line.getBoundingClientRect().width),
        ground: getComputedStyle(document.body).backgroundColor,
        small: [...document.querySelectorAll("p, dd, li, td, h3")].filter((each) => parseFloat(getComputedStyle(each).fontSize) < 12).length,
      }));
      await page.screenshot({ path: `${process.env.SCREENSHOTS}/${device}-${colorScheme}.png`, fullPage: true });
      results.push({ device, colorScheme, complaints, requests: requests.length, ...measured });
      await page.close();
    }
  }
  console.log(JSON.stringify(results));
  await browser.close();
})().catch((error) => { console.error(error); process.exit(1); });
