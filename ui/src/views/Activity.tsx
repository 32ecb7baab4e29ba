import { byDay, type Entry } from "../model";
import { dayName, timeOfDay } from "../time";

type Props = { activity: readonly Entry[]; now: number };

/** What happened and why, in sentences, newest first. */
export function Activity({ activity, now }: Props) {
  if (activity.length === 0) {
    return (
      <p class="empty">
        Nothing yet. Each move, rest and refusal will be told here with its reason.
      </p>
    );
  }
  return (
    <>
      {byDay(activity, (at) => dayName(at, now)).map(({ day, entries }) => (
        <section class="section" key={day}>
          <h2>{day}</h2>
          <ol class="entries">
            {entries.map((entry) => (
              <li key={`${entry.at} ${entry.text}`}>
                <time dateTime={new Date(entry.at * 1000).toISOString()}>
                  {timeOfDay(entry.at)}
                </time>
                <span>{entry.text}</span>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}
