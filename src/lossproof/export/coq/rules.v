
(* Tables. w with t in the place of its entry (i, j): what a derivative by w[i, j] moves. *)
Definition put2 (w : nat -> nat -> R) (i j : nat) (t : R) (k : nat) : nat -> R :=
  if Nat.eqb k i then put (w i) j t else w k.
Lemma put_here w i t : put w i t i = t.
Proof. unfold put. rewrite Nat.eqb_refl. reflexivity. Qed.
Lemma put_there w i t k : k <> i -> put w i t k = w k.
Proof. intros D. unfold put. destruct (Nat.eqb_spec k i); [ contradiction | reflexivity ]. Qed.
Lemma put_self w i : put w i (w i) = w.
Proof. apply FunctionalExtensionality.functional_extensionality. intros k. unfold put.
  destruct (Nat.eqb_spec k i) as [-> | D]; reflexivity. Qed.
Lemma put2_here w i j t : put2 w i j t i = put (w i) j t.
Proof. unfold put2. rewrite Nat.eqb_refl. reflexivity. Qed.
Lemma put2_there w i j t k : k <> i -> put2 w i j t k = w k.
Proof. intros D. unfold put2. destruct (Nat.eqb_spec k i); [ contradiction | reflexivity ]. Qed.
Lemma put2_self w i j : put2 w i j (w i j) = w.
Proof. apply FunctionalExtensionality.functional_extensionality. intros k. unfold put2.
  destruct (Nat.eqb_spec k i) as [-> | D]; [ apply put_self | reflexivity ]. Qed.
Lemma put2_beside w i j t k l : l <> j -> put2 w i j t k l = w k l.
Proof. intros D. unfold put2. destruct (Nat.eqb_spec k i) as [-> | E]; [ apply put_there; assumption | reflexivity ]. Qed.
Lemma delta_here i : delta i i = 1.
Proof. unfold delta. rewrite Nat.eqb_refl. reflexivity. Qed.
Lemma delta_there i k : k <> i -> delta i k = 0.
Proof. intros D. unfold delta. destruct (Nat.eqb_spec i k); [ congruence | reflexivity ]. Qed.
Lemma delta_turned i k : delta k i = delta i k.
Proof. unfold delta. rewrite Nat.eqb_sym. reflexivity. Qed.
(* Two sums that differ in one term. *)
Lemma total_apart n i f g : (i < n)%nat -> (forall k, k <> i -> f k = g k) -> total n f = total n g + (f i - g i).
Proof. intros H E. enough (total n (fun k => f k - g k) = f i - g i) as D by (rewrite total_minus in D; lra).
  apply (total_pick n i (fun k => f k - g k)); [ assumption | ]. intros k D. rewrite (E k D). ring. Qed.

(* Derivatives by rules. A factor or a term that does not move is kept apart, so that nothing is added to 0. *)
Lemma d_value (f : R -> R) (x a l : R) : is_derive f x a -> a = l -> is_derive f x l.
Proof. intros H <-. exact H. Qed.
Lemma d_const (c x : R) : is_derive (fun _ : R => c) x 0.
Proof. apply (is_derive_const (V:=R_NormedModule)). Qed.
Lemma d_id (x : R) : is_derive (fun t : R => t) x 1.
Proof. apply (is_derive_id (K:=R_AbsRing)). Qed.
Lemma d_plus (f g : R -> R) (x a b : R) : is_derive f x a -> is_derive g x b -> is_derive (fun t => f t + g t) x (a + b).
Proof. intros. apply (is_derive_plus (V:=R_NormedModule)); assumption. Qed.
Lemma d_minus (f g : R -> R) (x a b : R) : is_derive f x a -> is_derive g x b -> is_derive (fun t => f t - g t) x (a - b).
Proof. intros. apply (is_derive_minus (V:=R_NormedModule)); assumption. Qed.
Lemma d_opp (f : R -> R) (x a : R) : is_derive f x a -> is_derive (fun t => - f t) x (- a).
Proof. intros. apply (is_derive_opp (V:=R_NormedModule)); assumption. Qed.
Lemma d_term_l c (f : R -> R) (x a : R) : is_derive f x a -> is_derive (fun t => c + f t) x a.
Proof. intros H. rewrite <- (Rplus_0_l a). apply (d_plus (fun _ => c)); [ apply d_const | exact H ]. Qed.
Lemma d_term_r c (f : R -> R) (x a : R) : is_derive f x a -> is_derive (fun t => f t + c) x a.
Proof. intros H. rewrite <- (Rplus_0_r a). apply (d_plus f (fun _ => c)); [ exact H | apply d_const ]. Qed.
Lemma d_less_l c (f : R -> R) (x a : R) : is_derive f x a -> is_derive (fun t => c - f t) x (- a).
Proof. intros H. rewrite <- (Rminus_0_l a). apply (d_minus (fun _ => c)); [ apply d_const | exact H ]. Qed.
Lemma d_less_r c (f : R -> R) (x a : R) : is_derive f x a -> is_derive (fun t => f t - c) x a.
Proof. intros H. rewrite <- (Rminus_0_r a). apply (d_minus f (fun _ => c)); [ exact H | apply d_const ]. Qed.
Lemma d_factor_l c (f : R -> R) (x a : R) : is_derive f x a -> is_derive (fun t => c * f t) x (c * a).
Proof. intros. apply (is_derive_scal f x c a). assumption. Qed.
Lemma d_factor_r c (f : R -> R) (x a : R) : is_derive f x a -> is_derive (fun t => f t * c) x (a * c).
Proof. intros H. apply (derived _ (fun t => c * f t) _ _ (c * a)); [ apply d_factor_l; exact H | intros; ring | ring ]. Qed.
Lemma d_mult (f g : R -> R) (x a b : R) :
  is_derive f x a -> is_derive g x b -> is_derive (fun t => f t * g t) x (a * g x + f x * b).
Proof. intros H K. apply (is_derive_mult f g x a b H K). exact Rmult_comm. Qed.
Lemma d_inv (f : R -> R) (x a : R) : f x <> 0 -> is_derive f x a -> is_derive (fun t => / f t) x (- a / f x ^ 2).
Proof. intros D H. apply (is_derive_inv f x a H D). Qed.
Lemma d_over_r c (f : R -> R) (x a : R) : is_derive f x a -> is_derive (fun t => f t / c) x (a / c).
Proof. intros. apply (d_factor_r (/ c)). assumption. Qed.
Lemma d_over_l c (f : R -> R) (x a : R) : f x <> 0 -> is_derive f x a -> is_derive (fun t => c / f t) x (c * (- a / f x ^ 2)).
Proof. intros. apply (d_factor_l c). apply d_inv; assumption. Qed.
Lemma d_over (f g : R -> R) (x a b : R) : g x <> 0 -> is_derive f x a -> is_derive g x b ->
  is_derive (fun t => f t / g t) x (a / g x - f x * b / g x ^ 2).
Proof. intros D H K. apply (d_value _ _ (a * / g x + f x * (- b / g x ^ 2))).
  - apply (d_mult f (fun t => / g t)); [ exact H | apply d_inv; assumption ].
  - unfold Rdiv. ring. Qed.
Lemma d_pow n (f : R -> R) (x a : R) : is_derive f x a -> is_derive (fun t => f t ^ n) x (INR n * f x ^ pred n * a).
Proof. intros H. apply (d_value _ _ (INR n * a * f x ^ pred n)); [ apply is_derive_pow; exact H | ring ]. Qed.
Lemma d_square (f : R -> R) (x a : R) : is_derive f x a -> is_derive (fun t => f t ^ 2) x (2 * f x * a).
Proof. intros H. apply (d_value _ _ (INR 2 * f x ^ 1 * a)); [ apply (d_pow 2); exact H | simpl; ring ]. Qed.
Lemma d_after (h f : R -> R) (x a b : R) : is_derive h (f x) b -> is_derive f x a -> is_derive (fun t => h (f t)) x (b * a).
Proof. intros H K. apply (d_value _ _ (a * b)); [ apply (is_derive_comp h f x b a H K) | ring ]. Qed.
Lemma d_exp (f : R -> R) (x a : R) : is_derive f x a -> is_derive (fun t => exp (f t)) x (exp (f x) * a).
Proof. apply d_after. apply is_derive_exp. Qed.
Lemma d_ln (f : R -> R) (x a : R) : 0 < f x -> is_derive f x a -> is_derive (fun t => ln (f t)) x (a / f x).
Proof. intros P H. apply (d_value _ _ (/ f x * a)); [ | unfold Rdiv; ring ].
  apply d_after; [ apply is_derive_ln; exact P | exact H ]. Qed.

(* A hinge has a slope away from its kink, and so has the absolute value. *)
Lemma near_less (f g : R -> R) (x a b : R) : is_derive f x a -> is_derive g x b -> f x < g x -> locally x (fun t => f t < g t).
Proof. intros H K L.
  assert (continuous (fun t => g t - f t) x) as C.
  { apply (continuous_minus (V:=R_NormedModule)); [ exact (ex_derive_continuous g x (ex_intro _ b K)) | exact (ex_derive_continuous f x (ex_intro _ a H)) ]. }
  assert (0 < g x - f x) as P by lra.
  assert (locally x (fun t => 0 < g t - f t)) as N by (apply (C (fun y => 0 < y)); apply (open_gt 0 _ P)).
  apply (filter_imp (F := locally x) (fun t => 0 < g t - f t)); [ intros t T; lra | exact N ]. Qed.
Lemma d_max (f g : R -> R) (x a b : R) : f x <> g x -> is_derive f x a -> is_derive g x b ->
  is_derive (fun t => Rmax (f t) (g t)) x (if Rlt_dec (f x) (g x) then b else a).
Proof. intros D H K. destruct (Rlt_dec (f x) (g x)) as [L | L].
  - apply (is_derive_ext_loc g); [ | exact K ]. apply (filter_imp (fun t => f t < g t)); [ | exact (near_less f g x a b H K L) ].
    intros t T. symmetry. apply Rmax_right. lra.
  - apply (is_derive_ext_loc f); [ | exact H ]. assert (g x < f x) as L' by lra.
    apply (filter_imp (fun t => g t < f t)); [ | exact (near_less g f x b a K H L') ]. intros t T. symmetry. apply Rmax_left. lra. Qed.
Lemma d_min (f g : R -> R) (x a b : R) : f x <> g x -> is_derive f x a -> is_derive g x b ->
  is_derive (fun t => Rmin (f t) (g t)) x (if Rlt_dec (f x) (g x) then a else b).
Proof. intros D H K. destruct (Rlt_dec (f x) (g x)) as [L | L].
  - apply (is_derive_ext_loc f); [ | exact H ]. apply (filter_imp (fun t => f t < g t)); [ | exact (near_less f g x a b H K L) ].
    intros t T. symmetry. apply Rmin_left. lra.
  - apply (is_derive_ext_loc g); [ | exact K ]. assert (g x < f x) as L' by lra.
    apply (filter_imp (fun t => g t < f t)); [ | exact (near_less g f x b a K H L') ]. intros t T. symmetry. apply Rmin_right. lra. Qed.
Lemma d_hinge (f : R -> R) (x a : R) : f x <> 0 -> is_derive f x a ->
  is_derive (fun t => Rmax 0 (f t)) x ((if Rlt_dec 0 (f x) then 1 else 0) * a).
Proof. intros D H. apply (d_value _ _ (if Rlt_dec 0 (f x) then a else 0)).
  - apply (d_max (fun _ => 0)); [ congruence | apply d_const | exact H ].
  - destruct (Rlt_dec 0 (f x)); ring. Qed.
Lemma d_abs (f : R -> R) (x a : R) : f x <> 0 -> is_derive f x a ->
  is_derive (fun t => Rabs (f t)) x ((if Rlt_dec 0 (f x) then 1 else - (1)) * a).
Proof. intros D H. apply (derived _ (fun t => Rmax (f t) (- f t)) _ _ (if Rlt_dec (f x) (- f x) then - a else a)).
  - apply (d_max f (fun t => - f t)); [ lra | exact H | apply d_opp; exact H ].
  - intros t. unfold Rmax, Rabs. destruct Rle_dec, Rcase_abs; lra.
  - destruct (Rlt_dec (f x) (- f x)), (Rlt_dec 0 (f x)); lra. Qed.

(* Sums: term by term, or by the one term that moves. *)
Lemma d_total n (F : R -> nat -> R) (G : nat -> R) x :
  (forall k, (k < n)%nat -> is_derive (fun t => F t k) x (G k)) -> is_derive (fun t => total n (F t)) x (total n G).
Proof. apply derived_total. Qed.
Lemma d_pick n i (F : R -> nat -> R) x l : (i < n)%nat -> (forall k, k <> i -> forall t, F t k = F x k) ->
  is_derive (fun t => F t i) x l -> is_derive (fun t => total n (F t)) x l.
Proof. intros H E D. apply (derived _ (fun t => (total n (F x) - F x i) + F t i) _ _ l); [ | | reflexivity ].
  - apply d_term_l. exact D.
  - intros t. rewrite (total_apart n i (F t) (F x) H); [ ring | ]. intros k K. apply E. exact K. Qed.
Lemma d_put_here w i x : is_derive (fun t => put w i t i) x 1.
Proof. apply (is_derive_ext (fun t => t)); [ intros; rewrite put_here; reflexivity | apply d_id ]. Qed.
Lemma d_put w i k x : is_derive (fun t => put w i t k) x (delta i k).
Proof. unfold put, delta. rewrite (Nat.eqb_sym i k). destruct (Nat.eqb k i); [ apply d_id | apply d_const ]. Qed.
Lemma d_put2 w i j k x : is_derive (fun t => put2 w i j t k j) x (delta i k).
Proof. unfold put2, delta. rewrite (Nat.eqb_sym i k). destruct (Nat.eqb_spec k i) as [-> | D];
  [ apply d_put_here | apply d_const ]. Qed.

Ltac put_back := cbv beta; repeat first [ rewrite put2_here | rewrite put2_self | rewrite put_self | rewrite put_here ].
Ltac apart := put_back; first
  [ assumption | lra
  | match goal with H : context [_ <> _] |- _ => first [ eapply H; eassumption | apply H; lia | apply not_eq_sym, H; lia ] end
  | positive ].
Ltac same_for_all := let k := fresh "k" in let D := fresh "D" in intros k D ?; cbv beta;
  repeat first [ rewrite put_there by lia | rewrite put2_there by lia | rewrite put2_beside by lia ]; reflexivity.
Ltac rows := eapply is_derive_ext;
  [ let t := fresh "t" in let y := fresh "y" in let E := fresh "E" in intros t;
    match goal with |- _ = ?r => remember r as y eqn:E end;
    progress rewrite ?put2_here, ?put_here in E; subst y; reflexivity
  | cbv beta ].
(* A part that does not move is matched as such, never unified: that would unfold what exp is. *)
Ltac derive := match goal with |- is_derive ?f ?x ?l => change (is_derive (fun t : R => f t) x l) end; cbv beta; first [ match goal with |- is_derive (fun _ => ?c) _ _ => apply (d_const c) end | moving ]
with side := cbv beta; lazymatch goal with
  | |- is_derive _ _ _ => derive
  | |- 0 < _ => positive
  | _ => apart
  end
with moving := lazymatch goal with
  | |- is_derive (fun t => t) _ _ => apply d_id
  | |- is_derive (fun t => put2 ?w ?i ?j t ?i _) _ _ => rows; derive
  | |- is_derive (fun t => put2 ?w ?i ?j t ?k ?j) _ _ => apply (d_put2 w i j k)
  | |- is_derive (fun t => put ?w ?i t ?i) _ _ => apply (d_put_here w i)
  | |- is_derive (fun t => put ?w ?i t ?k) _ _ => apply (d_put w i k)
  | |- is_derive (fun t => @?f t + @?g t) _ _ => first
      [ match goal with |- is_derive (fun t => ?c + _) _ _ => eapply (d_term_l c g) end
      | match goal with |- is_derive (fun t => _ + ?c) _ _ => eapply (d_term_r c f) end
      | eapply (d_plus f g) ]; side
  | |- is_derive (fun t => @?f t - @?g t) _ _ => first
      [ match goal with |- is_derive (fun t => ?c - _) _ _ => eapply (d_less_l c g) end
      | match goal with |- is_derive (fun t => _ - ?c) _ _ => eapply (d_less_r c f) end
      | eapply (d_minus f g) ]; side
  | |- is_derive (fun t => - @?f t) _ _ => eapply (d_opp f); side
  | |- is_derive (fun t => @?f t * @?g t) _ _ => first
      [ match goal with |- is_derive (fun t => ?c * _) _ _ => eapply (d_factor_l c g) end
      | match goal with |- is_derive (fun t => _ * ?c) _ _ => eapply (d_factor_r c f) end
      | eapply (d_mult f g) ]; side
  | |- is_derive (fun t => @?f t / @?g t) _ _ => first
      [ match goal with |- is_derive (fun t => ?c / _) _ _ => eapply (d_over_l c g) end
      | match goal with |- is_derive (fun t => _ / ?c) _ _ => eapply (d_over_r c f) end
      | eapply (d_over f g) ]; side
  | |- is_derive (fun t => / @?f t) _ _ => eapply (d_inv f); side
  | |- is_derive (fun t => @?f t ^ 2) _ _ => eapply (d_square f); side
  | |- is_derive (fun t => @?f t ^ ?n) _ _ => eapply (d_pow n f); side
  | |- is_derive (fun t => exp (@?f t)) _ _ => eapply (d_exp f); side
  | |- is_derive (fun t => ln (@?f t)) _ _ => eapply (d_ln f); side
  | |- is_derive (fun t => Rmax 0 (@?f t)) _ _ => eapply (d_hinge f); side
  | |- is_derive (fun t => Rmax (@?f t) (@?g t)) _ _ => eapply (d_max f g); side
  | |- is_derive (fun t => Rmin (@?f t) (@?g t)) _ _ => eapply (d_min f g); side
  | |- is_derive (fun t => Rabs (@?f t)) _ _ => eapply (d_abs f); side
  | |- is_derive (fun t => total ?n (fun k => @?F t k)) _ _ => first
      [ match goal with i : nat |- _ => eapply (d_pick n i F); [ lia | same_for_all | ] end; cbv beta; try rows
      | eapply (d_total n F); let k := fresh "k" in let Hk := fresh "Hk" in intros k Hk ]; derive
  | D : forall x, is_derive ?h x _ |- is_derive (fun t => ?h (@?f t)) _ _ => eapply (d_after h f); [ apply D | derive ]
  end.
