// Statistics: the pixels that belong to a channel's number, and those from which yours comes.

function statisticsPicture(picture) {
  const holder = make("div", { class: "grids" }), [N, C, H, W] = picture.images.shape;
  const of = (list, n, c) => (list || []).filter(p => Math.floor(p / (H * W)) === n * C + c).map(p => [Math.floor(p % (H * W) / W), p % W]);
  const show = () => {
    const parts = [];
    for (let n = 0; n < N; n++) for (let c = 0; c < C; c++) {
      const frames = [["right", picture.right], ["yours", picture.yours]].flatMap(([kind, list]) => of(list, n, c).map(([i, j]) => ({ kind, at: [i, j, 1, 1] })));
      const counts = [of(picture.right, n, c).length, of(picture.yours, n, c).length];
      parts.push(grid(`image ${n}, channel ${c}`, plane(picture.images, [n, c]), { frames, room: Math.min(main.clientWidth || 360, 420),
        alt: `image ${n}, channel ${c}: ${counts[0]} of its ${H * W} pixels belong to channel ${picture.channel}'s ${picture.name}${picture.yours ? `; you took ${counts[1]}` : ""}` }));
    }
    holder.replaceChildren(...parts);
  };
  const yours = picture.got === null ? "" : ` Yours is ${written(picture.got)}.`;
  main.append(make("h2", {}, `The pixels of channel ${picture.channel}'s ${picture.name}`),
    make("p", {}, `On these images it is ${written(picture.want)}.${yours}`), picture.sentence ? make("p", { class: "wrong" }, picture.sentence) : "", holder,
    make("p", {}, make("span", { class: "key right" }), "pixels that belong to it"),
    picture.yours ? make("p", { class: "yours" }, make("span", { class: "key yours" }), "pixels from which your first number comes") : "");
  redraw.push(show);
  show();
}
