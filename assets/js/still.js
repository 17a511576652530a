// Runs the script that stands beside it as text: the page's content policy allows no inline script.
//
// 3Dmol would keep every finger and every turn of the wheel for itself. Here a finger that moves up
// or down and a wheel scroll the page; sideways drags, two fingers and ctrl + wheel are 3Dmol's.

document.documentElement.style.touchAction = "pan-y";
if (window.TouchEvent) TouchEvent.prototype.preventDefault = () => {};
document.addEventListener(
  "wheel",
  (event) => {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  },
  { capture: true },
);
const text = document.querySelector('script[type="text/plain"]')?.textContent ?? "";
const script = document.createElement("script");
script.src = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
document.head.append(script);
