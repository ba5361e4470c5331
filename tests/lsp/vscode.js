// A real VS Code in a browser (code-server), driven by playwright: squiggle, light bulb, checked edit, save.
const { chromium } = require("playwright-core");

(async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${process.env.SERVER}/?folder=${process.env.WORKSPACE}`, { waitUntil: "domcontentloaded", timeout: 120000 });
  await page.waitForSelector(".explorer-folders-view >> text=demo.py", { timeout: 120000 });
  await page.dblclick(".explorer-folders-view >> text=demo.py");
  await page.waitForSelector(".squiggly-info", { timeout: 120000 });
  await page.waitForTimeout(1500);
  console.log("problems:", (await page.innerText('[id="status.problems"]')).split(/\s+/).filter(Boolean).join(" "));
  await page.click('.view-line:has-text("for")');
  await page.keyboard.press("Control+.");
  await page.waitForSelector(".action-widget", { timeout: 60000 });
  console.log("menu:", (await page.innerText(".action-widget")).split("\n").join(" | "));
  await page.screenshot({ path: process.env.SCREENSHOT });
  await page.keyboard.press("Enter");
  const isRewritten = () => [...document.querySelectorAll(".view-line")].some((line) => line.innerText.replace(/\u00a0/g, " ").includes("x *= 2.0"));
  await page.waitForFunction(isRewritten, { timeout: 120000 });
  await page.keyboard.press("Control+s");
  await page.waitForTimeout(2000);
  await browser.close();
})().catch((error) => { console.error(error); process.exit(1); });
