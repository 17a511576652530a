// How a component lives in the page. Streamlit calls it at every change of the data. While its
// script is loading, calls may come in the wrong order, and an overtaken one is cleaned up late. So
// the serial number of the data decides which is newer, and the picture goes when its place in the
// page has gone.

const PICTURE = Symbol("picture");

// The default export of a component's script. Picture: made with its place; has update(data, tell)
// and destroy().
export function mounted(Picture) {
  return ({ parentElement, data, setStateValue }) => {
    parentElement[PICTURE] ??= new Picture(parentElement);
    const picture = parentElement[PICTURE];
    if (!(data.serial < picture.serial)) {
      picture.serial = data.serial;
      picture.update(data, setStateValue);
    }
    return () => setTimeout(() => {
      if (parentElement.isConnected || parentElement[PICTURE] !== picture) return;
      picture.destroy();
      delete parentElement[PICTURE];
    });
  };
}
