//! One token of a tree is cancelled: which of them are?

use cancel_token::CancelToken;

fn main() {
    // ANCHOR: body
    let server = CancelToken::new();
    let request = server.child();
    let query = {
        let transaction = request.child();
        transaction.child()
    };
    let report = request.child();
    drop(report);
    let other_request = server.child();

    request.cancel("the client has gone");
    let late = request.child();
    // ANCHOR_END: body
    let tokens = [
        ("server", server),
        ("request", request),
        ("query", query),
        ("other_request", other_request),
        ("late", late),
    ];
    for (name, token) in tokens {
        if token.is_cancelled() {
            println!("{name}");
        }
    }
}
