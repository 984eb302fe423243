/**
 * Speech: what was written is said, word by word, sentence by sentence or when it is asked for. Only by a voice
 * of this machine: others send the text to somebody's server.
 */

export class Speech extends EventTarget {
  language = "";

  /** Tells that there are other voices than before, as a `change` event. */
  constructor() {
    super();
    globalThis.speechSynthesis?.addEventListener?.("voiceschanged", () => this.dispatchEvent(new Event("change")));
  }

  /** The voice of this machine for a language; nothing if it has none. @param {string} [language] */
  voice(language = this.language) {
    const spoken = language.toLowerCase().split("-")[0];
    const voices = globalThis.speechSynthesis?.getVoices() ?? [];
    const fitting = voices.filter(({ lang, localService }) => localService && lang.toLowerCase().split(/[-_]/)[0] === spoken);
    return fitting.find((voice) => voice.default) ?? fitting[0];
  }

  /** Say a text, after what is said already. @param {string} text */
  say(text) {
    const voice = this.voice();
    if (!voice || !/[\p{L}\p{N}]/u.test(text)) return;
    const said = new SpeechSynthesisUtterance(text);
    said.voice = voice;
    said.lang = voice.lang;
    speechSynthesis.speak(said);
  }

  /** Say nothing more. */
  stop() {
    globalThis.speechSynthesis?.cancel();
  }
}
