// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

/// Keeps the heads of append-only logs. What is written stays: there is no owner, no way to change or remove it, no upgrade.
/// Everybody writes under an address of their own, so that one contract serves any number of installations.
contract Anchor {
    struct Kept {
        bytes32 digest;
        bytes32 root;
        uint64 size;
        uint64 blockNumber;
        uint64 time;
    }

    event Anchored(
        address indexed keeper,
        bytes32 indexed log,
        uint64 indexed number,
        uint64 size,
        bytes32 root,
        bytes32 digest
    );

    error AlreadyAnchored();
    error NothingToAnchor();

    mapping(address keeper => mapping(bytes32 log => mapping(uint64 number => Kept))) private _kept;
    mapping(address keeper => mapping(bytes32 log => uint64 number)) private _last;

    /// Write down a checkpoint once: its number, how many entries its log has, the head over them, the digest of what was signed.
    function anchor(bytes32 log, uint64 number, uint64 size, bytes32 root, bytes32 digest) external {
        if (number == 0 || digest == bytes32(0)) revert NothingToAnchor();
        Kept storage place = _kept[msg.sender][log][number];
        if (place.digest != bytes32(0)) revert AlreadyAnchored();
        place.digest = digest;
        place.root = root;
        place.size = size;
        place.blockNumber = uint64(block.number);
        place.time = uint64(block.timestamp);
        if (number > _last[msg.sender][log]) _last[msg.sender][log] = number;
        emit Anchored(msg.sender, log, number, size, root, digest);
    }

    /// What stands under a number; all zero where nothing does.
    function kept(address keeper, bytes32 log, uint64 number)
        external
        view
        returns (bytes32 digest, bytes32 root, uint64 size, uint64 blockNumber, uint64 time)
    {
        Kept storage place = _kept[keeper][log][number];
        return (place.digest, place.root, place.size, place.blockNumber, place.time);
    }

    /// The highest number that was written; 0 for none.
    function last(address keeper, bytes32 log) external view returns (uint64) {
        return _last[keeper][log];
    }
}
