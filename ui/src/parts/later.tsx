import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A part of the window that is loaded when it is first shown, and not with the window. */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let Loaded: ComponentType<Props> | null = null;
  return function Later(props: Props) {
    const [, show] = useState(Loaded !== null);
    useEffect(() => {
      if (!Loaded) void load().then((part) => show(Boolean((Loaded = part))));
    }, []);
    return Loaded && <Loaded {...props} />;
  };
}
