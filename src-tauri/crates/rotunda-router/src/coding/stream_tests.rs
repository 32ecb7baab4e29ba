use async_compression::tokio::write as encode;

use super::*;

const EVENTS: [&str; 3] = [
    "event: response.created\ndata: {\"type\":\"response.created\"}\n\n",
    "event: response.output_text.delta\ndata: {\"delta\":\"hello, hello, hello\"}\n\n",
    "data: {\"type\":\"response.completed\"}\n\n",
];

macro_rules! pieces {
    ($encoder:ident) => {{
        let mut encoder = encode::$encoder::new(Vec::new());
        let mut pieces = Vec::new();
        for event in EVENTS {
            encoder.write_all(event.as_bytes()).await.unwrap();
            encoder.flush().await.unwrap();
            pieces.push(std::mem::take(encoder.get_mut()));
        }
        encoder.shutdown().await.unwrap();
        pieces.push(std::mem::take(encoder.get_mut()));
        pieces
    }};
}

fn text(decoder: &mut Decoder, piece: &[u8]) -> String {
    let plain = decoder.push(Bytes::copy_from_slice(piece)).unwrap();
    String::from_utf8(plain.to_vec()).unwrap()
}

/// Each event as its own flushed piece, in each coding.
async fn coded() -> Vec<(Coding, Vec<Vec<u8>>)> {
    vec![
        (Coding::Zstd, pieces!(ZstdEncoder)),
        (Coding::Gzip, pieces!(GzipEncoder)),
        (Coding::Brotli, pieces!(BrotliEncoder)),
        (Coding::Deflate, pieces!(ZlibEncoder)),
        (Coding::Deflate, pieces!(DeflateEncoder)),
    ]
}

#[tokio::test]
async fn each_event_is_there_when_it_was_flushed() {
    for (coding, pieces) in coded().await {
        let mut decoder = Decoder::new(&[coding]);
        for (piece, event) in pieces.iter().zip(EVENTS) {
            assert_eq!(text(&mut decoder, piece), event, "{coding:?}");
        }
        assert_eq!(text(&mut decoder, &pieces[3]), "", "{coding:?}");
        // Byte by byte it is the same.
        let mut decoder = Decoder::new(&[coding]);
        let bytes = pieces.concat();
        let whole: String = bytes.iter().map(|byte| text(&mut decoder, &[*byte])).collect();
        assert_eq!(whole, EVENTS.concat(), "{coding:?}");
    }
}

/// Damage may come in the same piece as what is before it.
#[tokio::test]
async fn what_is_before_the_damage_is_given() {
    for (coding, pieces) in
        [(Coding::Gzip, pieces!(GzipEncoder)), (Coding::Zstd, pieces!(ZstdEncoder))]
    {
        let mut decoder = Decoder::new(&[coding]);
        let damaged = [&pieces[0][..], &pieces[1], &[0xff; 64]].concat();
        assert_eq!(text(&mut decoder, &damaged), EVENTS[..2].concat(), "{coding:?}");
        assert!(decoder.is_damaged(), "{coding:?}");
        let mut decoder = Decoder::new(&[coding]);
        let damaged = [&pieces[0][..4], &[0xff; 64]].concat();
        assert!(decoder.push(damaged.into()).is_err(), "{coding:?}: nothing is before it");
    }
}

#[tokio::test]
async fn several_codings_are_undone_in_turn() {
    for (first, pieces) in coded().await {
        let mut encoder = encode::GzipEncoder::new(Vec::new());
        let mut decoder = Decoder::new(&[first, Coding::Gzip]);
        for (piece, event) in pieces.iter().zip(EVENTS) {
            encoder.write_all(piece).await.unwrap();
            encoder.flush().await.unwrap();
            let piece = std::mem::take(encoder.get_mut());
            assert_eq!(text(&mut decoder, &piece), event, "{first:?}");
        }
    }
}

/// However long the events are that are flushed, and wherever the pieces are cut.
#[tokio::test]
async fn long_events_arrive_whole() {
    macro_rules! check {
        ($encoder:ident, $coding:expr) => {
            for size in [10, 70_000, 131_072] {
                for cut in [usize::MAX, 7] {
                    let mut encoder = encode::$encoder::new(Vec::new());
                    let mut decoder = Decoder::new(&[$coding]);
                    for (number, length) in
                        [20, size, size, 30, 300, 5, size, 9].into_iter().enumerate()
                    {
                        let event = format!("{number}:{}", "x".repeat(length));
                        encoder.write_all(event.as_bytes()).await.unwrap();
                        encoder.flush().await.unwrap();
                        let piece = std::mem::take(encoder.get_mut());
                        let plain: String = piece
                            .chunks(cut.min(piece.len().max(1)))
                            .map(|piece| text(&mut decoder, piece))
                            .collect();
                        assert_eq!(plain.len(), event.len(), "{:?} {size} {cut} {number}", $coding);
                        assert!(plain == event);
                    }
                }
            }
        };
    }
    check!(GzipEncoder, Coding::Gzip);
    check!(ZlibEncoder, Coding::Deflate);
    check!(DeflateEncoder, Coding::Deflate);
    check!(ZstdEncoder, Coding::Zstd);
    check!(BrotliEncoder, Coding::Brotli);
}

/// Each flush may begin a new frame or member.
#[tokio::test]
async fn frames_and_members_may_follow_each_other() {
    for together in [false, true] {
        for (coding, pieces) in [
            (Coding::Gzip, [pieces!(GzipEncoder).concat(), pieces!(GzipEncoder).concat()]),
            (Coding::Zstd, [pieces!(ZstdEncoder).concat(), pieces!(ZstdEncoder).concat()]),
        ] {
            let mut decoder = Decoder::new(&[coding]);
            let pieces = if together { vec![pieces.concat()] } else { pieces.to_vec() };
            let whole: String = pieces.iter().map(|piece| text(&mut decoder, piece)).collect();
            assert_eq!(whole, EVENTS.concat().repeat(2), "{coding:?} {together}");
        }
    }
}

#[test]
fn content_without_a_coding_is_forwarded_as_received() {
    for coding in [Coding::Zstd, Coding::Gzip, Coding::Deflate, Coding::Brotli] {
        let mut decoder = Decoder::new(&[coding]);
        let whole: String = EVENTS.iter().map(|it| text(&mut decoder, it.as_bytes())).collect();
        assert_eq!(whole, EVENTS.concat(), "{coding:?}");
        assert!(matches!(decoder.state, State::AsReceived));
    }
}

#[tokio::test]
async fn damage_after_a_good_beginning_is_an_error() {
    let pieces = pieces!(GzipEncoder);
    let mut decoder = Decoder::new(&[Coding::Gzip]);
    assert_eq!(text(&mut decoder, &pieces[0]), EVENTS[0]);
    assert!(decoder.push(Bytes::from_static(&[0xff; 64])).is_err());
}

#[tokio::test]
async fn a_piece_never_unfolds_beyond_its_bound() {
    let level = async_compression::Level::Fastest;
    let mut encoder = encode::ZstdEncoder::with_quality(Vec::new(), level);
    encoder.write_all(EVENTS[0].as_bytes()).await.unwrap();
    encoder.flush().await.unwrap();
    let mut decoder = Decoder::new(&[Coding::Zstd]);
    assert_eq!(text(&mut decoder, &std::mem::take(encoder.get_mut())), EVENTS[0]);
    encoder.write_all(&vec![0; MOST_AT_ONCE + (1 << 20)]).await.unwrap();
    encoder.flush().await.unwrap();
    assert!(decoder.push(std::mem::take(encoder.get_mut()).into()).is_err());
}
