//! Parses the command line and hands over.

fn main() {
    std::process::exit(communard::cli::main());
}
