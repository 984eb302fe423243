/** Common emoji by group, and their skin tones. */

/** @type {readonly {name: string, emoji: string[]}[]} */
export const GROUPS = [
  {
    name: "Smileys",
    emoji: split("😀 😃 😄 😁 😆 😅 😂 🤣 🙂 😉 😊 🥰 😍 😘 😋 😜 🤪 🤗 🤔 🤨 😐 😏 🙄 😬 😌 😴 😷 🤒 🤯 🥳 😎 🤓 😕 😟 😮 😳 🥺 😢 😭 😱 😤 😡 💀 👻 🤖 💩"),
  },
  {
    name: "Hands and people",
    emoji: split("👍 👎 👌 ✌️ 🤞 🤟 🤘 👈 👉 👆 👇 👋 🤚 ✋ 👊 ✊ 👏 🙌 🙏 🤝 💪 ✍️ 🤷 🤦 🙋 🙇 💁 🏃 🚶 💃 👶 👧 👦 👩 👨 👵 👴 👀"),
  },
  { name: "Hearts and signs", emoji: split("❤️ 🧡 💛 💚 💙 💜 🖤 🤍 💔 💕 💖 💯 ✨ ⭐ 🔥 💥 💤 ✅ ❌ ❓ ❗ ⚠️ ➡️ ⬅️ ♻️") },
  { name: "Animals and nature", emoji: split("🐶 🐱 🐭 🐰 🦊 🐻 🐼 🐨 🦁 🐸 🐵 🐔 🐧 🐦 🦋 🐝 🐢 🐟 🐬 🌸 🌹 🌻 🌲 🍀 🍂 🌍 🌙 ☀️ ⛅ 🌧️ ❄️ 🌈") },
  { name: "Food and drink", emoji: split("🍎 🍌 🍓 🍉 🍇 🍋 🍅 🥑 🥕 🍞 🧀 🥚 🍔 🍕 🌮 🍝 🍣 🍜 🥗 🍰 🎂 🍪 🍫 🍿 ☕ 🍵 🍺 🍷 🥂") },
  { name: "Going out", emoji: split("⚽ 🏀 🎾 🏆 🎮 🎲 🎸 🎵 🎬 🎨 🎉 🎁 🎄 🚗 🚕 🚌 🚲 🚂 ✈️ 🚀 ⛵ 🏠 🏢 🏥 🏫 🏖️ ⛰️") },
  { name: "Things", emoji: split("⌚ 📱 💻 📷 📞 📺 💡 🔋 🔑 🔒 🔨 📚 📖 ✏️ 📎 📅 📍 📧 📦 💰 💳 🛒 🩺 💊 🛏️ 🚿 🗑️ ⏰") },
];

/** None, and from the lightest to the darkest. */
export const TONES = ["", "🏻", "🏼", "🏽", "🏾", "🏿"];

const TONED = /(\p{Emoji_Modifier_Base})\uFE0F?/gu;

/**
 * An emoji in a skin tone, if it has skin.
 * @param {string} emoji without a tone
 * @param {string} tone one of `TONES`
 */
export function inTone(emoji, tone) {
  return tone ? emoji.replace(TONED, `$1${tone}`) : emoji;
}

/** @param {string} emoji */
export function hasSkin(emoji) {
  return /\p{Emoji_Modifier_Base}/u.test(emoji);
}

/** @param {string} list */
function split(list) {
  return list.split(" ");
}
